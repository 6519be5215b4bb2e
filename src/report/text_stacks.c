/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report's CPUs, blocked tasks and counts of tasks. */
#include "report/text_stacks.h"

#include <inttypes.h>

#include "base/units.h"

#define CPU_FRAMES     12 /* dint bt has them all */
#define BLOCKED_FRAMES 8
#define BLOCKED_TASKS  20

static void put_frame(const struct text *text, const json_t *frame)
{
	const json_t *offset = json_object_get(frame, "offset");

	fputs("      ", text->to);
	text_put(text, frame, "symbol", "");
	if (json_is_integer(offset))
		fprintf(text->to, "+0x%" PRIx64, (uint64_t)json_integer_value(offset));
	else if (!json_find_bool(frame, "inlined", false))
		text_put(text, frame, "address", "?");
	if (json_find_string(frame, "module")) {
		fputs(" [", text->to);
		text_put(text, frame, "module", "");
		fputc(']', text->to);
	}
	if (json_find_string(frame, "source")) {
		fputc(' ', text->to);
		text_put(text, frame, "source", "");
	}
	fputc('\n', text->to);
}

static void put_stack(const struct text *text, const json_t *object, size_t from, size_t most)
{
	const json_t *stack = json_find_array(object, "stack");
	size_t n = json_array_size(stack);

	for (size_t i = from; i < n && i - from < most; i++)
		put_frame(text, json_array_get(stack, i));
	if (n > from && n - from > most)
		fprintf(text->to, "      and %zu more\n", n - from - most);
}

static void put_name(const struct text *text, const json_t *task)
{
	text_put(text, task, "comm", "?");
	if (json_is_integer(json_object_get(task, "pid")))
		fprintf(text->to, " (pid %lld)",
			(long long)json_integer_value(json_object_get(task, "pid")));
}

static void put_cpu(const struct text *text, const json_t *cpu)
{
	const json_t *age = json_object_get(cpu, "last_tick_age_s");

	fprintf(text->to, "  CPU %" PRIu64 ": ", json_find_u64(cpu, "cpu", 0));
	text_put(text, cpu, "state", "?");
	if (json_find_string(cpu, "interrupts")) {
		fputs(", interrupts ", text->to);
		text_put(text, cpu, "interrupts", "?");
	}
	if (json_find_object(cpu, "task")) {
		fputs(", ", text->to);
		put_name(text, json_find_object(cpu, "task"));
	}
	if (json_is_number(age) && json_number_value(age) >= 1)
		fprintf(text->to, ", last tick %.1f s before", json_number_value(age));
	fputc('\n', text->to);
	put_stack(text, cpu, json_find_u64(cpu, "place", 0), CPU_FRAMES);
}

void text_cpus(const struct text *text, const json_t *report)
{
	const json_t *cpus = json_find_array(report, "cpus");

	if (json_array_size(cpus) == 0)
		return;
	text_heading(text, "CPUs");
	for (size_t i = 0; i < json_array_size(cpus); i++)
		put_cpu(text, json_array_get(cpus, i));
}

static void put_blocked(const struct text *text, const json_t *task)
{
	const json_t *since = json_object_get(task, "since_s");

	fputs("  ", text->to);
	put_name(text, task);
	if (json_is_number(since))
		fprintf(text->to, ", since %.1f s", json_number_value(since));
	fputc('\n', text->to);
	put_stack(text, task, 0, BLOCKED_FRAMES);
}

void text_blocked(const struct text *text, const json_t *report)
{
	const json_t *blocked = json_find_array(report, "blocked");
	size_t n = json_array_size(blocked);

	if (n == 0)
		return;
	text_heading(text, "Blocked tasks");
	for (size_t i = 0; i < n && i < BLOCKED_TASKS; i++)
		put_blocked(text, json_array_get(blocked, i));
	if (n > BLOCKED_TASKS)
		fprintf(text->to, "  and %zu more: dint bt DUMP --blocked\n", n - BLOCKED_TASKS);
}

void text_tasks(const struct text *text, const json_t *report)
{
	const json_t *tasks = json_find_object(report, "tasks");
	const json_t *states = json_find_object(tasks, "by_state");
	const char *key, *separator = " (";
	json_t *n;

	if (!tasks)
		return;
	text_label(text, "Tasks");
	fprintf(text->to, "%" PRIu64 ", %" PRIu64 " of them the kernel's",
		json_find_u64(tasks, "total", 0), json_find_u64(tasks, "kernel", 0));
	json_object_foreach ((json_t *)(uintptr_t)states, key, n) {
		fprintf(text->to, "%s", separator);
		text_put_bytes(text, key, 1);
		fprintf(text->to, " %lld", (long long)json_integer_value(n));
		separator = ", ";
	}
	fputs(json_object_size(states) ? ")\n" : "\n", text->to);
}
