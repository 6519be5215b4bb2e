/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of each CPU. */
#include "kernel/cpus.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "dump/notes.h"
#include "kernel/symbols.h"
#include "kernel/tasks.h"
#include "kernel/types.h"

#define CRASH_NOTE_BYTES 512		    /* a CPU's note_buf_t has 372 */
#define TICK_STOPPED	 ((uint64_t)1 << 1) /* TS_FLAG_STOPPED (kernel/time/tick-sched.h, 6.9) */

struct layout {
	struct member rq_curr, rq_idle, rq_clock, rq_clock_task;
	struct member tick_expires, tick_last, tick_stopped, tick_flags;
};

static const struct member_row rows[] = {
	{offsetof(struct layout, rq_curr), "rq", "curr", true},
	{offsetof(struct layout, rq_idle), "rq", "idle", true},
	{offsetof(struct layout, rq_clock), "rq", "clock", true},
	{offsetof(struct layout, rq_clock_task), "rq", "clock_task", true},
	{offsetof(struct layout, tick_expires), "tick_sched", "sched_timer.node.expires", true},
	{offsetof(struct layout, tick_last), "tick_sched", "last_tick", true},
	{offsetof(struct layout, tick_stopped), "tick_sched", "tick_stopped", true},
	{offsetof(struct layout, tick_flags), "tick_sched", "flags", true},
};

struct cpus {
	const struct kernel *kernel;
	const struct arch *arch;
	struct layout layout;
	struct cpu *items;
	size_t n;
};

/* The registers of one CPU as a hypervisor noted them. */
struct noted {
	struct registers registers;
	uint32_t pid;	   /* the number it counts, and one */
	uint64_t cpu_base; /* 0: not told */
};

struct noted_list {
	struct noted *items;
	size_t n, n_qemu;
};

static void noted_done(struct noted_list *list)
{
	free(list->items);
}

static struct cpu *find(const struct cpus *cpus, unsigned number)
{
	for (size_t i = 0; i < cpus->n; i++)
		if (cpus->items[i].number == number)
			return &cpus->items[i];
	return NULL;
}

/* First come all NT_PRSTATUS, one a CPU, then QEMU's, in the same order. */
static void read_notes(const struct cpus *cpus, struct noted_list *list)
{
	const struct dump_facts *facts = dump_facts(kernel_dump(cpus->kernel));
	struct cursor c = cursor_over(facts->notes, facts->notes ? facts->notes_bytes : 0);
	struct note note;

	while (note_next(&c, &note) && list->n < CPUS_MAX) {
		struct cursor content = cursor_over(note.content, note.size);
		struct noted noted = {0};

		if (strcmp(note.name, "CORE") == 0 && note.type == NOTE_PRSTATUS &&
		    cpus->arch->prstatus(&content, &noted.registers, &noted.pid)) {
			list->items = xgrow(list->items, list->n, sizeof(*list->items));
			list->items[list->n++] = noted;
		}
		if (strcmp(note.name, "QEMU") == 0 && list->n_qemu < list->n &&
		    cpus->arch->qemu(&content, &noted.registers, &noted.cpu_base)) {
			list->items[list->n_qemu].registers = noted.registers;
			list->items[list->n_qemu++].cpu_base = noted.cpu_base;
		}
	}
}

/* The CPU whose per-CPU memory it is, else the one with its number. */
static struct cpu *cpu_of(const struct cpus *cpus, const struct noted *noted)
{
	struct dint_error ignored;
	kva_t base = 0;

	for (size_t i = 0; noted->cpu_base && i < cpus->n; i++)
		if (percpu_offset(cpus->kernel, cpus->items[i].number, &base, &ignored) &&
		    base == noted->cpu_base)
			return &cpus->items[i];
	return noted->pid > 0 ? find(cpus, noted->pid - 1) : NULL;
}

/* A kernel that kdump stopped has written notes of its own, and those in the dump are copies with
 * no numbers. */
static void take_notes(struct cpus *cpus)
{
	bool kdumped = vmcoreinfo_text(kernel_vmcoreinfo(cpus->kernel), "CRASHTIME");
	CLEANUP(noted_done) struct noted_list list = {0};

	read_notes(cpus, &list);
	for (size_t i = 0; i < list.n; i++) {
		struct cpu *cpu = NULL;

		if (i < list.n_qemu || !kdumped)
			cpu = cpu_of(cpus, &list.items[i]);
		if (!cpu || cpu->from != REGISTERS_NONE)
			continue;
		cpu->registers = list.items[i].registers;
		cpu->from = REGISTERS_HYPERVISOR;
	}
}

static void take_crash_note(struct cpus *cpus, kva_t notes, struct cpu *cpu)
{
	uint8_t bytes[CRASH_NOTE_BYTES] = {0};
	struct cursor c = cursor_over(bytes, sizeof(bytes));
	struct note note;
	struct dint_error ignored;
	kva_t base = 0;
	uint32_t pid = 0;

	if (!percpu_offset(cpus->kernel, cpu->number, &base, &ignored) ||
	    !kernel_read(cpus->kernel, notes + base, bytes, sizeof(bytes), &ignored) ||
	    !note_next(&c, &note) || note.type != NOTE_PRSTATUS || strcmp(note.name, "CORE") != 0)
		return;
	struct cursor content = cursor_over(note.content, note.size);

	if (cpus->arch->prstatus(&content, &cpu->registers, &pid))
		cpu->from = REGISTERS_CRASH_NOTE;
}

static void take_crash_notes(struct cpus *cpus)
{
	struct dint_error ignored;
	kva_t pointer = 0, notes = 0;

	if (!symbol_address(cpus->kernel, "crash_notes", &pointer, &ignored) ||
	    !kernel_read_u64(cpus->kernel, pointer, &notes, &ignored) || notes == 0)
		return;
	for (size_t i = 0; i < cpus->n; i++)
		take_crash_note(cpus, notes, &cpus->items[i]);
}

/* A member of an object that both may be missing: 0. */
static uint64_t value_at(const struct cpus *cpus, const struct member *member, kva_t object)
{
	struct dint_error ignored;
	uint64_t value = 0;

	if (!object || !member->is_present ||
	    !member_u64(cpus->kernel, member, object, &value, &ignored))
		return 0;
	return value;
}

static void read_tick(const struct cpus *cpus, struct cpu *cpu)
{
	const struct layout *l = &cpus->layout;
	struct dint_error ignored;
	kva_t tick = 0;

	if (!l->tick_expires.is_present ||
	    !percpu_address(cpus->kernel, "tick_cpu_sched", cpu->number, &tick, &ignored))
		return;
	cpu->tick_stopped = l->tick_stopped.is_present
				    ? value_at(cpus, &l->tick_stopped, tick)
				    : value_at(cpus, &l->tick_flags, tick) & TICK_STOPPED;
	cpu->tick_ns = value_at(cpus, cpu->tick_stopped ? &l->tick_last : &l->tick_expires, tick);
	cpu->has_tick = cpu->tick_ns > 0;
}

static void read_cpu(const struct cpus *cpus, struct cpu *cpu)
{
	struct dint_error ignored;
	kva_t rq = 0;

	percpu_address(cpus->kernel, "runqueues", cpu->number, &rq, &ignored);
	cpu->current_task = value_at(cpus, &cpus->layout.rq_curr, rq);
	cpu->idle_task = value_at(cpus, &cpus->layout.rq_idle, rq);
	cpu->clock_ns = value_at(cpus, &cpus->layout.rq_clock, rq);
	cpu->clock_task_ns = value_at(cpus, &cpus->layout.rq_clock_task, rq);
	read_tick(cpus, cpu);
	cpus->arch->cpu_stacks(cpus->kernel, cpu->number, &cpu->stacks);
}

static bool list_cpus(struct cpus *cpus, struct dint_error *err)
{
	struct cpu_set present, online = {0};
	struct dint_error ignored;

	if (!cpus_read(cpus->kernel, CPUS_PRESENT, &present, err))
		return false;
	cpus_read(cpus->kernel, CPUS_ONLINE, &online, &ignored);
	cpus->items = xcalloc(cpu_set_count(&present) + 1, sizeof(*cpus->items));
	for (unsigned c = cpu_set_next(&present, 0); c < CPUS_MAX;
	     c = cpu_set_next(&present, c + 1))
		cpus->items[cpus->n++] =
			(struct cpu){.number = c, .online = cpu_set_has(&online, c)};
	return true;
}

bool cpus_open(const struct kernel *kernel, struct cpus **out, struct dint_error *err)
{
	CLEANUP(cpus_close_ptr) struct cpus *cpus = xcalloc(1, sizeof(*cpus));

	cpus->kernel = kernel;
	cpus->arch = kernel_arch(kernel);
	if (!member_find_all(kernel, rows, ARRAY_SIZE(rows), &cpus->layout, err) ||
	    !list_cpus(cpus, err)) {
		if (err->code == DINT_NOT_FOUND)
			err->code = DINT_UNSUPPORTED;
		return dint_within(err, "CPUs");
	}
	for (size_t i = 0; i < cpus->n; i++)
		read_cpu(cpus, &cpus->items[i]);
	take_crash_notes(cpus);
	take_notes(cpus);
	*out = TAKE(cpus);
	return true;
}

void cpus_close(struct cpus *cpus)
{
	if (!cpus)
		return;
	free(cpus->items);
	free(cpus);
}

size_t cpus_count(const struct cpus *cpus)
{
	return cpus->n;
}

const struct cpu *cpus_get(const struct cpus *cpus, size_t i)
{
	return &cpus->items[i];
}

const struct cpu *cpus_find(const struct cpus *cpus, unsigned number)
{
	return find(cpus, number);
}

uint64_t cpus_now_ns(const struct cpus *cpus)
{
	uint64_t now = 0;

	for (size_t i = 0; i < cpus->n; i++)
		if (cpus->items[i].clock_ns > now)
			now = cpus->items[i].clock_ns;
	return now;
}

uint64_t cpus_last_ran_ns(const struct cpus *cpus, const struct task *task)
{
	const struct cpu *cpu = cpus_find(cpus, task->cpu);

	if (task->last_arrival_ns)
		return task->last_arrival_ns;
	if (!task->exec_ns || !cpu || cpu->clock_ns < cpu->clock_task_ns)
		return 0;
	return task->exec_ns + (cpu->clock_ns - cpu->clock_task_ns);
}

uint64_t cpus_tick_now_ns(const struct cpus *cpus)
{
	struct dint_error ignored;
	uint64_t now = 0;
	kva_t at = 0;

	/* when time was last taken on, by whichever CPU */
	if (symbol_address(cpus->kernel, "last_jiffies_update", &at, &ignored) &&
	    !kernel_read_u64(cpus->kernel, at, &now, &ignored))
		now = 0;
	for (size_t i = 0; i < cpus->n; i++)
		if (!cpus->items[i].tick_stopped && cpus->items[i].tick_ns > now)
			now = cpus->items[i].tick_ns;
	return now;
}
