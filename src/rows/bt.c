/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint bt: the stacks of some tasks, of those that are blocked, or of the CPUs. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "rows/rows.h"
#include "rows/stack_rows.h"

/* A word: a pid, or the address of a task_struct. */
struct wanted {
	uint64_t number;
	bool seen;
};

struct question {
	struct wanted wanted[ROWS_OPERANDS_MAX];
	size_t n;
	bool blocked; /* all that are */
};

/* One stack a row, as text or as JSON. */
struct answer {
	struct stack_rows rows;
	struct task *tasks; /* n that were asked for */
	size_t n;
	struct rows_out *out;
	struct json_writer json;
	bool as_json;
	bool some; /* a row was written */
};

static bool take_words(const struct rows_request *request, struct question *question,
		       struct dint_error *err)
{
	for (size_t i = 0; i < request->n_operands; i++)
		if (!text_number(request->operands[i], &question->wanted[i].number, err))
			return dint_fail(err, DINT_BAD_REQUEST,
					 "'%.40s' is no pid, nor a task's address (0x…)",
					 request->operands[i]);
	question->n = request->n_operands;
	question->blocked = rows_flag(request, "blocked");
	return true;
}

static bool is_wanted(struct question *question, const struct task *task)
{
	bool wanted = question->blocked && task_is_blocked(task);

	for (size_t i = 0; i < question->n; i++) {
		struct wanted *one = &question->wanted[i];

		if (one->number == task->address || one->number == (uint64_t)(int64_t)task->pid)
			wanted = one->seen = true;
	}
	return wanted;
}

static void part_rows(struct answer *answer)
{
	if (answer->some)
		buffer_add_u8(answer->out->text, '\n');
	answer->some = true;
}

static bool write_task(struct answer *answer, const struct task *task, struct dint_error *err)
{
	struct stack stack;

	stack_rows_walk(&answer->rows, task, &stack);
	if (answer->as_json) {
		stack_rows_put_task(&answer->rows, &answer->json, task, &stack);
		return true;
	}
	part_rows(answer);
	stack_rows_add_task(answer->out->text, task);
	stack_rows_add(&answer->rows, answer->out->text, &stack);
	return rows_flush(answer->out, false, err);
}

static bool check_seen(const struct question *question, struct dint_error *err)
{
	for (size_t i = 0; i < question->n; i++)
		if (!question->wanted[i].seen)
			return dint_fail(err, DINT_NOT_FOUND,
					 "no task %" PRIu64 ": dint tasks lists them",
					 question->wanted[i].number);
	return true;
}

static bool write_cpus(struct answer *answer, struct dint_error *err)
{
	for (size_t i = 0; i < cpus_count(answer->rows.cpus); i++) {
		const struct cpu *cpu = cpus_get(answer->rows.cpus, i);

		if (answer->as_json) {
			stack_rows_put_cpu(&answer->rows, &answer->json, cpu);
			continue;
		}
		part_rows(answer);
		stack_rows_add_cpu(&answer->rows, answer->out->text, cpu);
		if (!rows_flush(answer->out, false, err))
			return false;
	}
	return true;
}

static void answer_done(struct answer *answer)
{
	free(answer->tasks);
	stack_rows_done(&answer->rows);
}

/* Looks for all that are asked for before the first is written: an error comes alone. */
static bool find_tasks(struct answer *answer, struct question *question, struct dint_error *err)
{
	struct task task;

	while (tasks_next(answer->rows.tasks, &task)) {
		if (!is_wanted(question, &task))
			continue;
		answer->tasks = xgrow(answer->tasks, answer->n, sizeof(*answer->tasks));
		answer->tasks[answer->n++] = task;
	}
	return check_seen(question, err);
}

static bool write_tasks(struct answer *answer, struct dint_error *err)
{
	for (size_t i = 0; i < answer->n; i++)
		if (!write_task(answer, &answer->tasks[i], err))
			return false;
	return true;
}

static bool write_all(struct answer *answer, bool cpus, struct dint_error *err)
{
	struct rows_out *out = answer->out;

	if (!answer->as_json)
		return (cpus ? write_cpus(answer, err) : write_tasks(answer, err)) &&
		       rows_flush(out, true, err);
	json_writer_init(&answer->json, out->text, out->fd);
	json_open_array(&answer->json, NULL);
	if (!(cpus ? write_cpus(answer, err) : write_tasks(answer, err)))
		return false;
	json_close(&answer->json);
	return json_writer_end(&answer->json, err);
}

static bool bt_write(struct kernel *kernel, const struct rows_request *request,
		     struct rows_out *out, struct dint_error *err)
{
	CLEANUP(answer_done) struct answer answer = {.out = out, .as_json = request->json};
	struct question question = {0};

	if (!take_words(request, &question, err))
		return false;
	bool cpus = rows_flag(request, "all-cpus");

	if (cpus && (question.n > 0 || question.blocked))
		return dint_fail(err, DINT_BAD_REQUEST, "--all-cpus stands alone");
	if (question.n == 0 && !question.blocked)
		cpus = true;
	if (!stack_rows_open(kernel, &answer.rows, err) ||
	    (!cpus && !find_tasks(&answer, &question, err)) || !write_all(&answer, cpus, err))
		return false;
	stack_rows_warn(&answer.rows, out->warnings);
	return true;
}

const struct rows_verb rows_bt = {
	.name = "bt",
	.summary = "stacks: of tasks by pid, of blocked tasks, of the CPUs (the default)",
	.flags = "all-cpus|blocked",
	.operands = "[PID…]",
	.operands_max = ROWS_OPERANDS_MAX,
	.write = bt_write,
};
