/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel's memory, tables and registers, put under the walk. */
#include "kernel/stacks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "kernel/modules.h"
#include "kernel/stack_return.h"
#include "kernel/unwind_x86_64.h"

#define PAGE_BYTES	4096
#define WINDOW_PAGES	8    /* a stack's, and of the code and tables beside it */
#define SAMPLE_ENTRIES	8192 /* of ORC, to tell its version: 1 in 100 is a frame pointer's */
#define FIRST_FUNCTIONS 4
#define NAMES_BITS	12 /* a thousand tasks sleep in some hundred places */

/* A page that was read last, so that a stack's words cost no walk of page tables each. */
struct window_page {
	kva_t at; /* 0: empty */
	uint8_t bytes[PAGE_BYTES];
};

/* A frame's name that was looked up. */
struct name {
	kva_t ip; /* 0: empty */
	bool exact, found;
	struct symbol symbol;
};

struct stacks {
	const struct kernel *kernel;
	const struct arch *arch;
	const struct cpus *cpus;
	const struct tasks *tasks;
	uint64_t stack_bytes;
	struct orc *orc;
	struct unwind_source source;
	struct stack_return returns;
	kva_t task; /* whose stack is being walked; 0: not known */
	kva_t first_functions[FIRST_FUNCTIONS];
	size_t n_first_functions;
	struct frame frames[UNWIND_FRAMES_MAX];
	struct window_page window[WINDOW_PAGES];
	struct name names[1 << NAMES_BITS];
};

static bool window_read(void *own, kva_t at, void *to, size_t n, struct dint_error *err)
{
	struct stacks *stacks = own;
	kva_t page = at & ~(kva_t)(PAGE_BYTES - 1);
	struct window_page *kept = &stacks->window[page / PAGE_BYTES % WINDOW_PAGES];

	if (at - page + n > PAGE_BYTES)
		return kernel_read(stacks->kernel, at, to, n, err);
	if (kept->at != page) {
		kept->at = 0;
		if (!kernel_read(stacks->kernel, page, kept->bytes, PAGE_BYTES, err))
			return false;
		kept->at = page;
	}
	memcpy(to, kept->bytes + (at - page), n);
	return true;
}

static bool function_start(void *own, kva_t ip, kva_t *start)
{
	struct stacks *stacks = own;
	struct symbol symbol;
	struct dint_error ignored;

	if (!symbol_at(stacks->kernel, ip, &symbol, &ignored))
		return false;
	*start = symbol.address;
	return true;
}

static bool is_text(void *own, kva_t ip)
{
	return symbol_is_text(((struct stacks *)own)->kernel, ip);
}

static bool real_return(void *own, kva_t slot, kva_t *ip)
{
	struct stacks *stacks = own;

	return stack_return_real(&stacks->returns, stacks->task, slot, ip);
}

/* Reading tables goes past the window, which is for stacks. */
static bool table_read(void *own, kva_t at, void *to, size_t n, struct dint_error *err)
{
	return kernel_read(own, at, to, n, err);
}

static bool read_entry(const struct kernel *kernel, const char *name, uint8_t *to, size_t n)
{
	struct dint_error ignored;
	kva_t at = 0;

	return symbol_address(kernel, name, &at, &ignored) &&
	       kernel_read(kernel, at, to, n, &ignored);
}

/* Asks the header, the kernel's own frame-pointer entry, then what entries there are. */
static enum orc_version find_version(const struct kernel *kernel, const struct orc_table *table)
{
	enum orc_version version = ORC_UNKNOWN;
	uint8_t hash[ORC_HASH_BYTES], entry[ORC_ENTRY_BYTES];
	struct dint_error ignored;

	if (read_entry(kernel, "__start_orc_header", hash, sizeof(hash)))
		version = orc_version_of_hash(hash);
	if (version == ORC_UNKNOWN && read_entry(kernel, "orc_fp_entry", entry, sizeof(entry)))
		version = orc_version_of_entry(entry);
	if (version != ORC_UNKNOWN)
		return version;
	size_t n = table->n < SAMPLE_ENTRIES ? table->n : SAMPLE_ENTRIES;
	CLEANUP(free_ptr) uint8_t *sample = xmalloc(n * ORC_ENTRY_BYTES);

	if (!kernel_read(kernel, table->entries, sample, n * ORC_ENTRY_BYTES, &ignored))
		return ORC_UNKNOWN;
	return orc_version_of_entries(sample, n);
}

static bool find_table(const struct kernel *kernel, struct orc_table *table)
{
	struct dint_error ignored;
	kva_t ips_end = 0, lookup_end = 0, text = 0;

	if (!symbol_address(kernel, "__start_orc_unwind_ip", &table->ips, &ignored) ||
	    !symbol_address(kernel, "__stop_orc_unwind_ip", &ips_end, &ignored) ||
	    !symbol_address(kernel, "__start_orc_unwind", &table->entries, &ignored) ||
	    ips_end <= table->ips)
		return false;
	table->n = (ips_end - table->ips) / 4;
	if (symbol_address(kernel, "orc_lookup", &table->lookup, &ignored) &&
	    symbol_address(kernel, "orc_lookup_end", &lookup_end, &ignored) &&
	    symbol_address(kernel, "_stext", &text, &ignored) && lookup_end > table->lookup) {
		table->text = text;
		table->blocks = (lookup_end - table->lookup) / 4;
	} else {
		table->lookup = 0;
	}
	table->start = PAGING_IMAGE_START;
	table->end = PAGING_IMAGE_START + kernel_paging(kernel)->image_bytes;
	return true;
}

static void add_modules(const struct kernel *kernel, struct orc *orc)
{
	struct modules *modules = NULL;
	struct dint_error ignored;

	if (!kernel_modules(kernel, &modules, &ignored))
		return;
	for (size_t i = 0; i < modules_count(modules); i++) {
		const struct module *module = modules_get(modules, i);

		for (size_t k = 0; module->n_orc && k < module->n_ranges; k++)
			orc_add(orc,
				&(struct orc_table){
					.ips = module->orc_ip,
					.entries = module->orc_entries,
					.n = module->n_orc,
					.start = module->ranges[k].start,
					.end = module->ranges[k].start + module->ranges[k].size,
				});
	}
}

static void open_orc(struct stacks *stacks)
{
	struct orc_table table = {0};

	if (!find_table(stacks->kernel, &table))
		return;
	enum orc_version version = find_version(stacks->kernel, &table);

	if (version == ORC_UNKNOWN)
		return;
	stacks->orc = orc_new(version, table_read, (void *)stacks->kernel);
	add_modules(stacks->kernel, stacks->orc);
	orc_add(stacks->orc, &table);
}

static void find_first_functions(struct stacks *stacks)
{
	const char *const *names = stacks->arch->first_functions;
	struct dint_error ignored;

	for (; *names && stacks->n_first_functions < FIRST_FUNCTIONS; names++)
		stacks->n_first_functions += symbol_address(
			stacks->kernel, *names, &stacks->first_functions[stacks->n_first_functions],
			&ignored);
}

struct stacks *stacks_new(const struct kernel *kernel, const struct cpus *cpus,
			  const struct tasks *tasks)
{
	struct stacks *stacks = xcalloc(1, sizeof(*stacks));

	stacks->kernel = kernel;
	stacks->cpus = cpus;
	stacks->arch = kernel_arch(kernel);
	stacks->tasks = tasks;
	stacks->stack_bytes = tasks_stack_bytes(tasks);
	open_orc(stacks);
	find_first_functions(stacks);
	stack_return_open(kernel, &stacks->returns);
	stacks->source = (struct unwind_source){
		.own = stacks,
		.read = window_read,
		.function = function_start,
		.is_text = is_text,
		.real_return = real_return,
		.orc = stacks->orc,
	};
	return stacks;
}

void stacks_free(struct stacks *stacks)
{
	if (!stacks)
		return;
	orc_free(stacks->orc);
	free(stacks);
}

const char *stacks_method(const struct stacks *stacks)
{
	return stacks->orc ? "ORC" : "frame pointers";
}

static void walk(struct stacks *stacks, const struct registers *registers, bool exact,
		 struct stack *stack)
{
	struct unwind unwind;

	unwind_start(&unwind, &stacks->source, stacks->arch->unwind, registers, exact);
	while (stack->n < UNWIND_FRAMES_MAX &&
	       unwind_next(&unwind, &stacks->frames[stack->n]) == UNWIND_FRAME)
		stack->n++;
	stack->end = unwind.result;
	snprintf(stack->why, sizeof(stack->why), "%s", unwind.why);
}

static void begin(struct stacks *stacks, const struct task *task, struct stack *stack)
{
	*stack = (struct stack){.frames = stacks->frames, .end = UNWIND_LOST};
	stacks->task = task ? task->address : 0;
	stacks->source.areas.n = 0;
}

static void add_task_stack(struct stacks *stacks, const struct task *task)
{
	if (task->stack)
		stack_add(&stacks->source.areas, "task's", task->stack,
			  task->stack + stacks->stack_bytes);
}

static bool is_first_function(const struct stacks *stacks, kva_t ip)
{
	for (size_t i = 0; i < stacks->n_first_functions; i++)
		if (stacks->first_functions[i] == ip)
			return true;
	return false;
}

static bool switched_out(struct stacks *stacks, const struct task *task,
			 struct registers *registers, struct dint_error *err)
{
	kva_t sp = 0;

	if (!task->stack)
		return dint_fail(err, DINT_NOT_FOUND, "the task has given its stack back");
	if (!tasks_sp(stacks->tasks, task, &sp, err))
		return dint_within(err, "its stack pointer");
	if (stack_of(&stacks->source.areas, sp) < 0)
		return dint_fail(err, DINT_CORRUPT,
				 "its stack pointer 0x%" PRIx64 " is not on its stack", sp);
	return stacks->arch->switched(stacks->kernel, sp, registers, err);
}

static void of_sleeping(struct stacks *stacks, const struct task *task, struct stack *stack)
{
	struct registers registers = {0};
	struct dint_error err;

	begin(stacks, task, stack);
	add_task_stack(stacks, task);
	if (switched_out(stacks, task, &registers, &err))
		walk(stacks, &registers,
		     is_first_function(stacks, registers.value[stacks->arch->unwind->ip]), stack);
	else
		snprintf(stack->why, sizeof(stack->why), "%.120s", err.message);
}

static void of_running(struct stacks *stacks, const struct cpu *cpu, const struct task *task,
		       struct stack *stack)
{
	begin(stacks, task, stack);
	if (cpu->from == REGISTERS_NONE) {
		snprintf(stack->why, sizeof(stack->why), "nobody saved the registers of CPU %u",
			 cpu->number);
		return;
	}
	stacks->source.areas = cpu->stacks;
	if (task)
		add_task_stack(stacks, task);
	walk(stacks, &cpu->registers, true, stack);
}

void stacks_of_task(struct stacks *stacks, const struct task *task, struct stack *stack)
{
	const struct cpu *cpu = task->on_cpu ? cpus_find(stacks->cpus, task->cpu) : NULL;

	if (cpu)
		of_running(stacks, cpu, task, stack);
	else
		of_sleeping(stacks, task, stack);
}

void stacks_of_cpu(struct stacks *stacks, const struct cpu *cpu, const struct task *task,
		   struct stack *stack)
{
	of_running(stacks, cpu, task, stack);
}

static bool look_up(struct stacks *stacks, const struct frame *frame, struct symbol *symbol)
{
	struct dint_error ignored;

	return frame->exact ? symbol_at(stacks->kernel, frame->ip, symbol, &ignored)
			    : symbol_at_return(stacks->kernel, frame->ip, symbol, &ignored);
}

bool stacks_symbol(struct stacks *stacks, const struct frame *frame, struct symbol *symbol)
{
	size_t slot = (frame->ip ^ frame->ip >> NAMES_BITS) & (((size_t)1 << NAMES_BITS) - 1);
	struct name *name = &stacks->names[slot];

	if (frame->user || frame->ip == 0)
		return false;
	if (name->ip != frame->ip || name->exact != frame->exact) {
		name->ip = frame->ip;
		name->exact = frame->exact;
		name->found = look_up(stacks, frame, &name->symbol);
	}
	*symbol = name->symbol;
	return name->found;
}
