/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report's "cpus": what each was doing when the machine was stopped. */
#include <string.h>

#include "diagnose/report_internal.h"

/* What a CPU was doing: a word of the report's schema. */
static const char *state_of(const struct stack *stack, const struct stack_place *place,
			    const struct task *task)
{
	if (place->at >= stack->n)
		return "unknown";
	if (stack->frames[place->at].user)
		return "user";
	if (place->in_interrupt && !stack->frames[stack->n - 1].user)
		return "interrupt";
	return task && task->is_idle ? "idle" : "kernel";
}

static void put_task(struct json_writer *w, const struct task *task)
{
	if (!task) {
		json_put_null(w, "task");
		return;
	}
	json_open_object(w, "task");
	json_put_i64(w, "pid", task->pid);
	json_put_bytes(w, "comm", task->comm, strlen(task->comm));
	json_close(w);
}

static void put_tick(const struct cpus *cpus, const struct cpu *cpu, struct json_writer *w)
{
	uint64_t now = cpus_tick_now_ns(cpus);

	if (!cpu->has_tick || now == 0)
		json_put_null(w, "last_tick_age_s");
	else
		json_put_micros(w, "last_tick_age_s",
				now > cpu->tick_ns ? (now - cpu->tick_ns) / 1000 : 0);
}

static void put_cpu(struct report *report, const struct cpu *cpu, struct json_writer *w)
{
	struct stack_rows *rows = &report->rows;
	struct task current;
	struct stack stack;
	struct stack_place place;
	const struct task *task = stack_rows_current(rows, cpu, &current) ? &current : NULL;

	stacks_of_cpu(rows->stacks, cpu, task, &stack);
	stacks_place(rows->stacks, &stack, &place);
	json_open_object(w, NULL);
	json_put_u64(w, "cpu", cpu->number);
	json_put_string(w, "state", state_of(&stack, &place, task));
	put_task(w, task);
	json_put_string(w, "interrupts", stack_rows_interrupts(place.interrupts));
	put_tick(rows->cpus, cpu, w);
	json_put_u64(w, "place", stack_rows_index(rows, &stack, place.at));
	stack_rows_put(rows, w, "stack", &stack);
	json_close(w);
	if (stack.end == UNWIND_LOST)
		gaps_add(&report->gaps, "cpus.stack", "CPU %u: %s", cpu->number, stack.why);
}

void section_cpus(struct report *report, struct json_writer *w)
{
	json_open_array(w, "cpus");
	if (report->has_rows)
		for (size_t i = 0; i < cpus_count(report->rows.cpus); i++)
			put_cpu(report, cpus_get(report->rows.cpus, i), w);
	json_close(w);
	if (!report->has_rows)
		gaps_add(&report->gaps, "cpus", "%s", report->why_no_rows);
}
