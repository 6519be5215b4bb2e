/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report's "blocked": tasks that wait and cannot be woken by a signal, or only by a fatal one.
 * All tasks are seen here once, so they are counted for "tasks" too. */
#include <inttypes.h>
#include <string.h>

#include "diagnose/report_internal.h"

/* The time by the scheduler's clock, which is the log's too: the latest that anybody knew. A CPU's
 * own clock stands still while it is idle. */
static uint64_t now_ns(const struct report *report)
{
	uint64_t clock = cpus_now_ns(report->rows.cpus), log = report->log.last_time_ns;

	return clock > log ? clock : log;
}

static void put_blocked(struct report *report, const struct task *task, uint64_t now,
			struct json_writer *w)
{
	uint64_t ran = cpus_last_ran_ns(report->rows.cpus, task);
	struct stack stack;

	stacks_of_task(report->rows.stacks, task, &stack);
	json_open_object(w, NULL);
	json_put_i64(w, "pid", task->pid);
	json_put_bytes(w, "comm", task->comm, strlen(task->comm));
	if (ran == 0)
		json_put_null(w, "since_s");
	else
		json_put_micros(w, "since_s", now > ran ? (now - ran) / 1000 : 0);
	stack_rows_put(&report->rows, w, "stack", &stack);
	json_put_null(w, "waits_for");
	json_close(w);
	if (stack.end == UNWIND_LOST)
		gaps_add(&report->gaps, "blocked.stack", "task %d: %s", task->pid, stack.why);
}

static void count(struct task_counts *counts, const struct task *task)
{
	counts->total++;
	counts->kernel += (task->flags & TASK_FLAG_KTHREAD) != 0;
	counts->idle += task->is_idle;
	counts->by_letter[(unsigned char)task->letter % TASK_LETTERS]++;
}

static void put_all(struct report *report, struct json_writer *w)
{
	uint64_t now = now_ns(report);
	bool some = false;
	struct task task;

	while (tasks_next(report->rows.tasks, &task)) {
		count(&report->tasks, &task);
		if (!task_is_blocked(&task))
			continue;
		put_blocked(report, &task, now, w);
		some = true;
	}
	const struct dint_error *gap = tasks_gap(report->rows.tasks);

	if (some)
		gaps_add(&report->gaps, "blocked.waits_for", NOT_DETERMINED);
	if (gap->code)
		gaps_add(&report->gaps, "blocked", "%s", gap->message);
}

void section_blocked(struct report *report, struct json_writer *w)
{
	json_open_array(w, "blocked");
	if (report->has_rows)
		put_all(report, w);
	json_close(w);
	if (!report->has_rows)
		gaps_add(&report->gaps, "blocked", "%s", report->why_no_rows);
}
