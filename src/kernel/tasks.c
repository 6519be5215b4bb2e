/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Listing and reading tasks. */
#include "kernel/tasks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "kernel/list.h"
#include "kernel/percpu.h"
#include "kernel/symbols.h"

#define STACK_BYTES 16384 /* THREAD_SIZE where BTF does not tell */
#define PAGE_BYTES  4096

/* Where everything is in a task_struct, and a little beyond. */
struct layout {
	struct member tasks, thread_node, pid, tgid, comm, state, exit_state, flags, cpu, on_cpu,
		on_rq, stack, sp, signal, nvcsw, nivcsw, last_arrival, exec;
	struct member thread_head;
	struct member rq_idle;
};

static const struct member_row rows[] = {
	{offsetof(struct layout, tasks), "task_struct", "tasks", false},
	{offsetof(struct layout, thread_node), "task_struct", "thread_node", false},
	{offsetof(struct layout, pid), "task_struct", "pid", false},
	{offsetof(struct layout, tgid), "task_struct", "tgid", false},
	{offsetof(struct layout, comm), "task_struct", "comm", false},
	{offsetof(struct layout, state), "task_struct", "__state|state", false},
	{offsetof(struct layout, exit_state), "task_struct", "exit_state", false},
	{offsetof(struct layout, flags), "task_struct", "flags", false},
	/* CentOS 9 has both, and keeps the first */
	{offsetof(struct layout, cpu), "task_struct", "cpu|thread_info.cpu", true},
	{offsetof(struct layout, on_cpu), "task_struct", "on_cpu", true},
	{offsetof(struct layout, on_rq), "task_struct", "on_rq", true},
	{offsetof(struct layout, stack), "task_struct", "stack", false},
	{offsetof(struct layout, sp), "task_struct", "thread.sp", false},
	{offsetof(struct layout, signal), "task_struct", "signal", false},
	{offsetof(struct layout, nvcsw), "task_struct", "nvcsw", true},
	{offsetof(struct layout, nivcsw), "task_struct", "nivcsw", true},
	{offsetof(struct layout, last_arrival), "task_struct", "sched_info.last_arrival", true},
	{offsetof(struct layout, exec), "task_struct", "se.exec_start", true},
	{offsetof(struct layout, thread_head), "signal_struct", "thread_head", false},
	{offsetof(struct layout, rq_idle), "rq", "idle", true},
};

struct tasks {
	const struct kernel *kernel;
	struct layout layout;
	size_t bytes; /* of a task_struct that are of interest */
	uint64_t stack_bytes;
	kva_t init_task;
	struct cpu_set cpus; /* the present ones */
	unsigned next_cpu;   /* whose idle task comes next */
	struct list_walk leaders, threads;
	bool in_group;
	bool backwards; /* the leaders' list broke: now from its end… */
	kva_t broke_at; /* …to the last link before the break */
	struct dint_error gap;
	uint8_t object[TASK_BYTES_MAX]; /* the task_struct being read */
};

/* The end of the last member that is read out of a task_struct. */
static size_t bytes_needed(const struct layout *layout)
{
	size_t end = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct member *m =
			(const struct member *)((const char *)layout + rows[i].field);

		if (strcmp(rows[i].type, "task_struct") == 0 && m->is_present && m != &layout->sp &&
		    m->offset + m->size > end)
			end = m->offset + m->size;
	}
	return end;
}

static bool open_layout(struct tasks *tasks, struct dint_error *err)
{
	struct dint_error ignored;
	size_t stack_bytes = STACK_BYTES;

	if (!member_find_all(tasks->kernel, rows, ARRAY_SIZE(rows), &tasks->layout, err))
		return false;
	tasks->bytes = bytes_needed(&tasks->layout);
	if (tasks->bytes > TASK_BYTES_MAX)
		return dint_fail(err, DINT_CORRUPT, "a task_struct of %zu bytes, the most is %u",
				 tasks->bytes, TASK_BYTES_MAX);
	type_size(tasks->kernel, "thread_union", &stack_bytes, &ignored);
	if (stack_bytes < PAGE_BYTES || stack_bytes > 64 * PAGE_BYTES)
		stack_bytes = STACK_BYTES;
	tasks->stack_bytes = stack_bytes;
	return true;
}

bool tasks_open(const struct kernel *kernel, struct tasks **out, struct dint_error *err)
{
	CLEANUP(tasks_close_ptr) struct tasks *tasks = xcalloc(1, sizeof(*tasks));

	tasks->kernel = kernel;
	if (!open_layout(tasks, err) ||
	    !symbol_address(kernel, "init_task", &tasks->init_task, err) ||
	    !cpus_read(kernel, CPUS_PRESENT, &tasks->cpus, err)) {
		if (err->code == DINT_NOT_FOUND)
			err->code = DINT_UNSUPPORTED;
		return dint_within(err, "tasks");
	}
	tasks_rewind(tasks);
	*out = TAKE(tasks);
	return true;
}

void tasks_close(struct tasks *tasks)
{
	free(tasks);
}

void tasks_rewind(struct tasks *tasks)
{
	tasks->next_cpu = cpu_set_next(&tasks->cpus, 0);
	tasks->leaders = list_begin(
		tasks->kernel, member_at(&tasks->layout.tasks, tasks->init_task), TASK_THREADS_MAX);
	tasks->in_group = tasks->backwards = false;
	tasks->gap = (struct dint_error){0};
}

const struct dint_error *tasks_gap(const struct tasks *tasks)
{
	return &tasks->gap;
}

bool tasks_sp(const struct tasks *tasks, const struct task *task, kva_t *sp, struct dint_error *err)
{
	return member_u64(tasks->kernel, &tasks->layout.sp, task->address, sp, err);
}

uint64_t tasks_stack_bytes(const struct tasks *tasks)
{
	return tasks->stack_bytes;
}

char task_letter(uint64_t state, uint32_t exit_state)
{
	static const char letters[] = "RSDTtXZP";
	unsigned reported = (unsigned)(state | exit_state) & TASK_STATE_REPORT;
	unsigned index = reported ? 32 - (unsigned)__builtin_clz(reported) : 0;
	uint64_t idle = TASK_STATE_UNINTERRUPTIBLE | TASK_STATE_NOLOAD;

	/* task_state_index(), as of Linux 6.1 */
	if (state & (TASK_STATE_RTLOCK_WAIT | TASK_STATE_FROZEN))
		return 'D';
	return (state & idle) == idle ? 'I' : letters[index];
}

bool task_is_blocked(const struct task *task)
{
	return (task->state & TASK_STATE_UNINTERRUPTIBLE || task->state & TASK_STATE_RTLOCK_WAIT) &&
	       !(task->state & (TASK_STATE_NOLOAD | TASK_STATE_FROZEN)) && !task->exit_state;
}

/* Reads what there is of it, page by page; what is missing is zero. False where nothing is. */
static bool read_object(const struct tasks *tasks, kva_t address, uint8_t *to, bool *damaged,
			struct dint_error *err)
{
	size_t at = 0, missing = 0;

	*damaged = false;
	if (kernel_read(tasks->kernel, address, to, tasks->bytes, err))
		return true;
	while (at < tasks->bytes) {
		size_t n = PAGE_BYTES - (address + at) % PAGE_BYTES;
		struct dint_error ignored;

		if (n > tasks->bytes - at)
			n = tasks->bytes - at;
		if (!kernel_read(tasks->kernel, address + at, to + at, n, &ignored)) {
			memset(to + at, 0, n);
			missing += n;
		}
		at += n;
	}
	*damaged = true;
	return missing < tasks->bytes;
}

/* A value of the object, 0 where the kernel has no such member. */
static uint64_t value_in(const struct tasks *tasks, const struct member *member)
{
	return member->is_present ? member_of(member, tasks->object, tasks->bytes) : 0;
}

static void decode(struct tasks *tasks, kva_t address, struct task *task)
{
	const struct layout *l = &tasks->layout;
	size_t n = l->comm.size < TASK_COMM_BYTES - 1 ? l->comm.size : TASK_COMM_BYTES - 1;

	task->address = address;
	task->pid = (int32_t)value_in(tasks, &l->pid);
	task->tgid = (int32_t)value_in(tasks, &l->tgid);
	memcpy(task->comm, tasks->object + l->comm.offset, n);
	task->comm[n] = '\0';
	/* "long" in kernels before 5.14, and never more than 16 bits */
	task->state = value_in(tasks, &l->state);
	task->exit_state = (uint32_t)value_in(tasks, &l->exit_state);
	task->flags = (uint32_t)value_in(tasks, &l->flags);
	task->letter = task_letter(task->state, task->exit_state);
	task->cpu = (uint32_t)value_in(tasks, &l->cpu);
	task->on_cpu = value_in(tasks, &l->on_cpu) != 0;
	task->on_rq = value_in(tasks, &l->on_rq) != 0;
	task->stack = value_in(tasks, &l->stack);
	task->switches = value_in(tasks, &l->nvcsw) + value_in(tasks, &l->nivcsw);
	task->last_arrival_ns = value_in(tasks, &l->last_arrival);
	task->exec_ns = value_in(tasks, &l->exec);
	task->is_idle = task->pid == 0; /* and no other task is */
}

bool tasks_read(struct tasks *tasks, kva_t address, struct task *task, struct dint_error *err)
{
	struct task found = {0};

	if (!read_object(tasks, address, tasks->object, &found.damaged, err))
		return dint_within(err, "task 0x%" PRIx64, address);
	decode(tasks, address, &found);
	*task = found;
	return true;
}

static void note_gap(struct tasks *tasks, const struct dint_error *why)
{
	if (!tasks->gap.code)
		tasks->gap = *why;
}

static bool next_idle(struct tasks *tasks, struct task *task)
{
	while (tasks->next_cpu < CPUS_MAX) {
		unsigned cpu = tasks->next_cpu;
		struct dint_error err;
		kva_t rq = 0, idle = 0;

		tasks->next_cpu = cpu_set_next(&tasks->cpus, cpu + 1);
		if (!percpu_address(tasks->kernel, "runqueues", cpu, &rq, &err) ||
		    !member_u64(tasks->kernel, &tasks->layout.rq_idle, rq, &idle, &err) ||
		    !tasks_read(tasks, idle, task, &err)) {
			dint_error_prefix(&err, "the idle task of CPU %u", cpu);
			note_gap(tasks, &err);
			continue;
		}
		return true;
	}
	return false;
}

/* The next thread of the group being walked. */
static bool next_thread(struct tasks *tasks, struct task *task)
{
	struct dint_error err;
	kva_t node = 0;

	while (tasks->in_group && list_next(&tasks->threads, &node)) {
		if (tasks_read(tasks, member_container(&tasks->layout.thread_node, node), task,
			       &err))
			return true;
		note_gap(tasks, &err);
	}
	if (tasks->in_group && tasks->threads.error.code)
		note_gap(tasks, &tasks->threads.error);
	tasks->in_group = false;
	return false;
}

/* The next leader's link. Where the list breaks, what is behind the break is reached from its end.
 */
static bool next_leader(struct tasks *tasks, kva_t *node)
{
	if (list_next(&tasks->leaders, node))
		return !tasks->backwards || *node != tasks->broke_at;
	if (tasks->leaders.error.code)
		note_gap(tasks, &tasks->leaders.error);
	if (!tasks->leaders.error.code || tasks->backwards)
		return false;
	tasks->backwards = true;
	tasks->broke_at = tasks->leaders.at;
	tasks->leaders = list_begin_back(
		tasks->kernel, member_at(&tasks->layout.tasks, tasks->init_task), TASK_THREADS_MAX);
	return next_leader(tasks, node);
}

/* Steps to the next group; false when there is none. A leader whose signal_struct is gone is being
 * released, and its threads are no more. */
static bool next_group(struct tasks *tasks)
{
	struct dint_error err;
	kva_t node = 0, signal = 0;

	while (next_leader(tasks, &node)) {
		kva_t leader = member_container(&tasks->layout.tasks, node);

		if (!member_ptr(tasks->kernel, &tasks->layout.signal, leader, &signal, &err)) {
			note_gap(tasks, &err);
			continue;
		}
		if (signal == 0)
			continue;
		tasks->threads = list_begin(tasks->kernel,
					    member_at(&tasks->layout.thread_head, signal),
					    TASK_THREADS_MAX);
		tasks->in_group = true;
		return true;
	}
	return false;
}

bool tasks_next(struct tasks *tasks, struct task *task)
{
	if (next_idle(tasks, task))
		return true;
	do {
		if (next_thread(tasks, task))
			return true;
	} while (next_group(tasks));
	return false;
}

bool tasks_find(struct tasks *tasks, int32_t pid, struct task *task, struct dint_error *err)
{
	struct task found;

	tasks_rewind(tasks);
	while (tasks_next(tasks, &found))
		if (found.pid == pid) {
			*task = found;
			return true;
		}
	if (tasks->gap.code)
		return dint_fail(err, DINT_NOT_FOUND,
				 "no task %d in the part of the list that can "
				 "be read: %.120s",
				 pid, tasks->gap.message);
	return dint_fail(err, DINT_NOT_FOUND, "no task %d", pid);
}
