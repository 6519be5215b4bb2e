/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stacks as text and as JSON. */
#include "rows/stack_rows.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "kernel/debuginfo.h"

#define REGISTERS_A_LINE 3

bool stack_rows_open(const struct kernel *kernel, struct stack_rows *rows, struct dint_error *err)
{
	CLEANUP(stack_rows_done) struct stack_rows opened = {.kernel = kernel};

	if (!cpus_open(kernel, &opened.cpus, err) || !tasks_open(kernel, &opened.tasks, err))
		return false;
	opened.stacks = stacks_new(kernel, opened.cpus, opened.tasks);
	*rows = TAKE(opened);
	return true;
}

void stack_rows_done(struct stack_rows *rows)
{
	stacks_free(rows->stacks);
	tasks_close(rows->tasks);
	cpus_close(rows->cpus);
}

const char *stack_rows_interrupts(enum interrupts interrupts)
{
	static const char *const words[] = {NULL, "on", "off"};

	return words[interrupts];
}

bool stack_rows_current(struct stack_rows *rows, const struct cpu *cpu, struct task *task)
{
	struct dint_error ignored;

	return cpu->current_task && tasks_read(rows->tasks, cpu->current_task, task, &ignored);
}

static void count_lost(struct stack_rows *rows, const struct stack *stack, const char *kind,
		       long long number)
{
	if (stack->end != UNWIND_LOST)
		return;
	if (rows->lost++ == 0)
		snprintf(rows->why_lost, sizeof(rows->why_lost), "%s %lld: %s", kind, number,
			 stack->why);
}

void stack_rows_walk(struct stack_rows *rows, const struct task *task, struct stack *stack)
{
	stacks_of_task(rows->stacks, task, stack);
	count_lost(rows, stack, "task", task->pid);
}

void stack_rows_warn(const struct stack_rows *rows, struct buffer *warnings)
{
	const struct dint_error *gap = tasks_gap(rows->tasks);

	if (gap->code)
		buffer_printf(warnings, "tasks may be missing: %s\n", gap->message);
	if (rows->lost > 0)
		buffer_printf(warnings, "%" PRIu64 " stack%s not whole: %s\n", rows->lost,
			      rows->lost == 1 ? " is" : "s are", rows->why_lost);
}

/* What debug symbols know of a frame: functions inlined at its place, and its source line. */
static size_t source_of(struct stack_rows *rows, const struct frame *frame,
			struct source_frame source[DEBUGINFO_FRAMES_MAX])
{
	struct debuginfo *debuginfo = kernel_debuginfo(rows->kernel);

	return debuginfo && !frame->user
		       ? debuginfo_frames(debuginfo, frame->ip, frame->exact, source)
		       : 0;
}

static void put_source(struct json_writer *w, const struct source_frame *source)
{
	if (source->file)
		json_put_printf(w, "source", "%s:%d", source->file, source->line);
}

/* A function that was inlined has an address and no symbol table's offset. */
static void put_inlined(struct json_writer *w, const struct frame *frame,
			const struct source_frame *source)
{
	json_open_object(w, NULL);
	json_put_address(w, "address", frame->ip);
	json_put_string(w, "symbol", source->function);
	json_put_null(w, "offset");
	json_put_null(w, "module");
	put_source(w, source);
	json_put_bool(w, "inlined", true);
	json_close(w);
}

static void put_frame(struct stack_rows *rows, struct json_writer *w, const struct frame *frame)
{
	struct symbol symbol;
	bool named = stacks_symbol(rows->stacks, frame, &symbol);
	struct source_frame source[DEBUGINFO_FRAMES_MAX];
	size_t n = source_of(rows, frame, source);

	for (size_t i = 0; i + 1 < n; i++)
		put_inlined(w, frame, &source[i]);
	json_open_object(w, NULL);
	json_put_address(w, "address", frame->ip);
	json_put_string(w, "symbol", named ? symbol.name : NULL);
	if (named)
		json_put_u64(w, "offset", symbol.offset);
	else
		json_put_null(w, "offset");
	json_put_string(w, "module", named ? symbol.module : NULL);
	if (n > 0)
		put_source(w, &source[n - 1]);
	json_close(w);
}

void stack_rows_put(struct stack_rows *rows, struct json_writer *w, const char *key,
		    const struct stack *stack)
{
	json_open_array(w, key);
	for (size_t i = 0; i < stack->n; i++)
		put_frame(rows, w, &stack->frames[i]);
	json_close(w);
}

size_t stack_rows_index(struct stack_rows *rows, const struct stack *stack, size_t frame)
{
	struct source_frame source[DEBUGINFO_FRAMES_MAX];
	size_t index = 0;

	for (size_t i = 0; i < frame && i < stack->n; i++) {
		size_t n = source_of(rows, &stack->frames[i], source);

		index += n > 0 ? n : 1;
	}
	return index;
}

void stack_rows_put_task(struct stack_rows *rows, struct json_writer *w, const struct task *task,
			 const struct stack *stack)
{
	json_open_object(w, NULL);
	json_put_i64(w, "pid", task->pid);
	json_put_i64(w, "tgid", task->tgid);
	json_put_bytes(w, "comm", task->comm, strlen(task->comm));
	json_put_printf(w, "state", "%c", task->letter);
	json_put_u64(w, "raw_state", task->state);
	json_put_u64(w, "cpu", task->cpu);
	json_put_bool(w, "on_cpu", task->on_cpu);
	if (stack)
		stack_rows_put(rows, w, "stack", stack);
	json_close(w);
}

void stack_rows_put_cpu(struct stack_rows *rows, struct json_writer *w, const struct cpu *cpu)
{
	struct task task;
	struct stack stack;
	struct stack_place place;
	bool known = stack_rows_current(rows, cpu, &task);

	stacks_of_cpu(rows->stacks, cpu, known ? &task : NULL, &stack);
	count_lost(rows, &stack, "CPU", cpu->number);
	stacks_place(rows->stacks, &stack, &place);
	json_open_object(w, NULL);
	json_put_u64(w, "cpu", cpu->number);
	if (known) {
		json_put_i64(w, "pid", task.pid);
		json_put_bytes(w, "comm", task.comm, strlen(task.comm));
	} else {
		json_put_null(w, "pid");
		json_put_null(w, "comm");
	}
	json_put_string(w, "interrupts", stack_rows_interrupts(place.interrupts));
	stack_rows_put(rows, w, "stack", &stack);
	json_close(w);
}

/* What an interrupt or exception saved, for who reads machine code. */
static void add_registers(struct stack_rows *rows, struct buffer *to, kva_t at)
{
	const struct arch *arch = kernel_arch(rows->kernel);
	uint8_t bytes[REGISTERS_MAX * 8] = {0};
	struct cursor c = cursor_over(bytes, arch->saved_bytes);
	struct registers r;
	struct dint_error ignored;

	if (!kernel_read(rows->kernel, at, bytes, arch->saved_bytes, &ignored) ||
	    !arch->saved(&c, &r))
		return;
	for (unsigned i = 0; i < arch->n_registers; i++)
		buffer_printf(to, "%s%8s: %016" PRIx64 "%s", i % REGISTERS_A_LINE ? "" : "   ",
			      arch->register_names[i], r.value[i],
			      (i + 1) % REGISTERS_A_LINE && i + 1 < arch->n_registers ? "  "
										      : "\n");
}

static void add_source(struct buffer *to, const struct source_frame *source)
{
	if (!source->file)
		return;
	buffer_add_u8(to, ' ');
	text_escape(to, source->file, strlen(source->file));
	buffer_printf(to, ":%d", source->line);
}

static void add_inlined(struct buffer *to, const struct source_frame *source)
{
	buffer_add_text(to, "     (inlined)         ");
	if (source->function)
		text_escape(to, source->function, strlen(source->function));
	add_source(to, source);
	buffer_add_u8(to, '\n');
}

static void add_frame(struct stack_rows *rows, struct buffer *to, const struct frame *frame,
		      size_t number)
{
	struct source_frame source[DEBUGINFO_FRAMES_MAX];
	size_t n = source_of(rows, frame, source);
	struct symbol symbol;

	if (frame->exact && number > 0)
		buffer_add_text(to, frame->user ? "    --- user space ---\n"
						: "    --- interrupted ---\n");
	if (frame->registers_at && !rows->brief)
		add_registers(rows, to, frame->registers_at);
	for (size_t i = 0; i + 1 < n; i++)
		add_inlined(to, &source[i]);
	buffer_printf(to, "%3s%zu [%016" PRIx64 "] ", "#", number, frame->sp);
	if (stacks_symbol(rows->stacks, frame, &symbol)) {
		text_escape(to, symbol.name, strlen(symbol.name));
		buffer_printf(to, "+0x%" PRIx64 " at %016" PRIx64, symbol.offset, frame->ip);
		if (symbol.module) {
			buffer_add_text(to, " [");
			text_escape(to, symbol.module, strlen(symbol.module));
			buffer_add_text(to, "]");
		}
	} else {
		buffer_printf(to, "%016" PRIx64, frame->ip);
	}
	if (n > 0)
		add_source(to, &source[n - 1]);
	buffer_add_u8(to, '\n');
}

void stack_rows_add(struct stack_rows *rows, struct buffer *to, const struct stack *stack)
{
	for (size_t i = 0; i < stack->n; i++)
		if (stack->frames[i].ip || !stack->frames[i].user) /* a kernel thread's is 0 */
			add_frame(rows, to, &stack->frames[i], i);
	if (stack->end == UNWIND_LOST)
		buffer_printf(to, "    (%s)\n", stack->why);
}

void stack_rows_add_task(struct buffer *to, const struct task *task)
{
	buffer_printf(to, "PID: %-7d  TASK: %016" PRIx64 "  CPU: %-3u  STATE: %c  COMMAND: \"",
		      task->pid, task->address, task->cpu, task->letter);
	text_escape(to, task->comm, strlen(task->comm));
	buffer_add_text(to, "\"\n");
}

void stack_rows_add_cpu(struct stack_rows *rows, struct buffer *to, const struct cpu *cpu)
{
	struct task task;
	struct stack stack;
	bool known = stack_rows_current(rows, cpu, &task);

	if (known)
		stack_rows_add_task(to, &task);
	else
		buffer_printf(to, "CPU: %-3u  (which task it was on cannot be read)\n",
			      cpu->number);
	stacks_of_cpu(rows->stacks, cpu, known ? &task : NULL, &stack);
	count_lost(rows, &stack, "CPU", cpu->number);
	stack_rows_add(rows, to, &stack);
}
