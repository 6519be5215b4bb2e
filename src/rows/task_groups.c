/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Grouping tasks by the addresses of their frames. User space does not count: each thread has its
 * own place there. */
#include "rows/task_groups.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

#define NAMED_TASKS 8 /* on a group's line of text; the others are counted */
#define TABLE_START 1024

struct group {
	uint64_t hash;
	struct frame *frames;
	struct stack stack;
	size_t n;	    /* tasks */
	size_t first, last; /* of them */
};

struct member_task {
	struct task task;
	size_t next; /* of the same group; SIZE_MAX: none */
};

struct task_groups {
	struct group *items;
	size_t n;
	struct member_task *tasks;
	size_t n_tasks;
	uint32_t *table; /* hash to group and one; open addressing */
	size_t table_size;
};

static void groups_done(struct task_groups *groups)
{
	for (size_t i = 0; i < groups->n; i++)
		free(groups->items[i].frames);
	free(groups->items);
	free(groups->tasks);
	free(groups->table);
}

static uint64_t hash_of(const struct stack *stack)
{
	uint64_t hash = 0xcbf29ce484222325; /* FNV-1a, by words */

	for (size_t i = 0; i < stack->n && !stack->frames[i].user; i++)
		hash = (hash ^ stack->frames[i].ip) * 0x100000001b3;
	return hash ^ hash >> 32;
}

static bool same(const struct stack *a, const struct stack *b)
{
	size_t n = a->n, m = b->n;

	n -= n > 0 && a->frames[n - 1].user;
	m -= m > 0 && b->frames[m - 1].user;
	if (n != m || a->end != b->end)
		return false;
	for (size_t i = 0; i < n; i++)
		if (a->frames[i].ip != b->frames[i].ip)
			return false;
	return true;
}

static void insert(struct task_groups *groups, size_t group)
{
	size_t at = groups->items[group].hash & (groups->table_size - 1);

	while (groups->table[at])
		at = (at + 1) & (groups->table_size - 1);
	groups->table[at] = (uint32_t)group + 1;
}

static void grow_table(struct task_groups *groups)
{
	if (groups->table_size > 2 * groups->n)
		return;
	free(groups->table);
	groups->table_size = groups->table_size ? groups->table_size * 4 : TABLE_START;
	groups->table = xcalloc(groups->table_size, sizeof(*groups->table));
	for (size_t i = 0; i < groups->n; i++)
		insert(groups, i);
}

static size_t add_group(struct task_groups *groups, const struct stack *stack, uint64_t hash)
{
	struct group group = {.hash = hash, .stack = *stack};

	group.frames = xmalloc((stack->n + 1) * sizeof(*group.frames));
	memcpy(group.frames, stack->frames, stack->n * sizeof(*group.frames));
	group.stack.frames = group.frames;
	groups->items = xgrow(groups->items, groups->n, sizeof(*groups->items));
	groups->items[groups->n] = group;
	insert(groups, groups->n);
	return groups->n++;
}

static size_t group_of(struct task_groups *groups, const struct stack *stack)
{
	uint64_t hash = hash_of(stack);

	grow_table(groups);
	for (size_t at = hash & (groups->table_size - 1); groups->table[at];
	     at = (at + 1) & (groups->table_size - 1)) {
		struct group *group = &groups->items[groups->table[at] - 1];

		if (group->hash == hash && same(&group->stack, stack))
			return groups->table[at] - 1;
	}
	return add_group(groups, stack, hash);
}

static void gather(struct stack_rows *rows, struct task_groups *groups)
{
	struct task task;
	struct stack stack;

	while (tasks_next(rows->tasks, &task)) {
		stack_rows_walk(rows, &task, &stack);
		size_t number = group_of(groups, &stack); /* may move the groups */
		struct group *group = &groups->items[number];

		groups->tasks = xgrow(groups->tasks, groups->n_tasks, sizeof(*groups->tasks));
		groups->tasks[groups->n_tasks] = (struct member_task){task, SIZE_MAX};
		if (group->n++ == 0)
			group->first = groups->n_tasks;
		else
			groups->tasks[group->last].next = groups->n_tasks;
		group->last = groups->n_tasks++;
	}
}

struct order {
	size_t group, n;
};

/* The largest first; of equal ones the one that was met first. */
static int compare(const void *left, const void *right)
{
	const struct order *a = left, *b = right;

	if (a->n != b->n)
		return a->n < b->n ? 1 : -1;
	return a->group < b->group ? -1 : a->group > b->group;
}

static void add_tasks(struct buffer *to, const struct task_groups *groups, size_t group)
{
	size_t n = groups->items[group].n, told = 0;

	buffer_printf(to, "%zu task%s: ", n, n == 1 ? "" : "s");
	for (size_t i = groups->items[group].first; i != SIZE_MAX && told < NAMED_TASKS;
	     i = groups->tasks[i].next) {
		const struct task *task = &groups->tasks[i].task;

		if (told++ > 0)
			buffer_add_text(to, ", ");
		text_escape(to, task->comm, strlen(task->comm));
		buffer_printf(to, " (%d, %c)", task->pid, task->letter);
	}
	if (told < n)
		buffer_printf(to, ", and %zu more", n - told);
	buffer_add_u8(to, '\n');
}

static void put_group(struct stack_rows *rows, struct json_writer *w,
		      const struct task_groups *groups, size_t group)
{
	json_open_object(w, NULL);
	stack_rows_put(rows, w, "stack", &groups->items[group].stack);
	json_open_array(w, "tasks");
	for (size_t i = groups->items[group].first; i != SIZE_MAX; i = groups->tasks[i].next)
		stack_rows_put_task(rows, w, &groups->tasks[i].task, NULL);
	json_close(w);
	json_close(w);
}

static bool write_text(struct stack_rows *rows, const struct task_groups *groups,
		       const struct order *order, struct rows_out *out, struct dint_error *err)
{
	for (size_t i = 0; i < groups->n; i++) {
		if (i > 0)
			buffer_add_u8(out->text, '\n');
		add_tasks(out->text, groups, order[i].group);
		stack_rows_add(rows, out->text, &groups->items[order[i].group].stack);
		if (!rows_flush(out, false, err))
			return false;
	}
	return rows_flush(out, true, err);
}

bool task_groups_write(struct stack_rows *rows, bool json, struct rows_out *out,
		       struct dint_error *err)
{
	CLEANUP(groups_done) struct task_groups groups = {0};
	struct json_writer w;

	rows->brief = true; /* one task's registers are not all tasks' */
	gather(rows, &groups);
	CLEANUP(free_ptr) struct order *order = xcalloc(groups.n + 1, sizeof(*order));

	for (size_t i = 0; i < groups.n; i++)
		order[i] = (struct order){i, groups.items[i].n};
	qsort(order, groups.n, sizeof(*order), compare);
	if (!json)
		return write_text(rows, &groups, order, out, err);
	json_writer_init(&w, out->text, out->fd);
	json_open_array(&w, NULL);
	for (size_t i = 0; i < groups.n; i++)
		put_group(rows, &w, &groups, order[i].group);
	json_close(&w);
	return json_writer_end(&w, err);
}
