/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint tasks: every thread, with its stack if wanted, or stacks with their threads. */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "rows/rows.h"
#include "rows/stack_rows.h"
#include "rows/task_groups.h"

static bool write_json(struct stack_rows *rows, bool stacks, struct rows_out *out,
		       struct dint_error *err)
{
	struct json_writer w;
	struct stack stack;
	struct task task;

	json_writer_init(&w, out->text, out->fd);
	json_open_array(&w, NULL);
	while (tasks_next(rows->tasks, &task)) {
		if (stacks)
			stack_rows_walk(rows, &task, &stack);
		stack_rows_put_task(rows, &w, &task, stacks ? &stack : NULL);
	}
	json_close(&w);
	return json_writer_end(&w, err);
}

static void add_line(struct buffer *to, const struct task *task)
{
	buffer_printf(to, "%c %7d %7d %4u  %016" PRIx64 "  %c  ", task->on_cpu ? '>' : ' ',
		      task->pid, task->tgid, task->cpu, task->address, task->letter);
	text_escape(to, task->comm, strlen(task->comm));
	buffer_add_u8(to, '\n');
}

static bool write_text(struct stack_rows *rows, bool stacks, struct rows_out *out,
		       struct dint_error *err)
{
	struct stack stack;
	struct task task;
	bool some = false;

	rows->brief = true; /* dint bt PID has the registers */
	if (!stacks)
		buffer_add_text(out->text, "      PID    TGID  CPU  TASK              ST COMM\n");
	while (tasks_next(rows->tasks, &task)) {
		if (!stacks) {
			add_line(out->text, &task);
		} else {
			if (some)
				buffer_add_u8(out->text, '\n');
			some = true;
			stack_rows_walk(rows, &task, &stack);
			stack_rows_add_task(out->text, &task);
			stack_rows_add(rows, out->text, &stack);
		}
		if (!rows_flush(out, false, err))
			return false;
	}
	return rows_flush(out, true, err);
}

static bool tasks_write(struct kernel *kernel, const struct rows_request *request,
			struct rows_out *out, struct dint_error *err)
{
	CLEANUP(stack_rows_done) struct stack_rows rows = {0};
	bool stacks = rows_flag(request, "stacks");

	if (!stack_rows_open(kernel, &rows, err))
		return false;
	if (rows_flag(request, "group") ? !task_groups_write(&rows, request->json, out, err)
	    : request->json		? !write_json(&rows, stacks, out, err)
					: !write_text(&rows, stacks, out, err))
		return false;
	stack_rows_warn(&rows, out->warnings);
	return true;
}

const struct rows_verb rows_tasks = {
	.name = "tasks",
	.summary =
		"every thread; --stacks with its stack, --group each stack once with its threads",
	.flags = "stacks|group",
	.write = tasks_write,
};
