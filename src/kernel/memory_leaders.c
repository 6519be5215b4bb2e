/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processes that have most pages resident. (Linux mm/memory.c, fs/proc/task_mmu.c) */
#include <string.h>

#include "base/units.h"
#include "kernel/memory.h"
#include "kernel/types.h"

/* Counters of struct mm_struct, in whichever form: until 6.1 atomic_long_t, since 6.2 one
 * percpu_counter each (f1a7941243c1 "mm: convert mm's rss stats into percpu_counter"), of which the
 * common part is read. */
struct rss_members {
	struct member mm;	/* of a task */
	struct member counters; /* of an mm: an array */
	uint64_t stride, count_at;
	int64_t file, anon, swap, shmem; /* indices */
};

static bool find_counters(const struct kernel *kernel, struct rss_members *m,
			  struct dint_error *err)
{
	struct member count = {0};
	struct dint_error ignored;

	if (member_find(kernel, "mm_struct", "rss_stat.count", &m->counters, &ignored)) {
		m->stride = m->counters.stride;
		return true;
	}
	if (!member_find(kernel, "mm_struct", "rss_stat", &m->counters, err) ||
	    !member_find(kernel, "percpu_counter", "count", &count, err))
		return false;
	m->stride = m->counters.stride;
	m->count_at = count.offset;
	return true;
}

static bool find_members(const struct kernel *kernel, struct rss_members *m, struct dint_error *err)
{
	return member_find(kernel, "task_struct", "mm", &m->mm, err) &&
	       find_counters(kernel, m, err) &&
	       enum_value(kernel, NULL, "MM_FILEPAGES", &m->file, err) &&
	       enum_value(kernel, NULL, "MM_ANONPAGES", &m->anon, err) &&
	       enum_value(kernel, NULL, "MM_SWAPENTS", &m->swap, err) &&
	       enum_value(kernel, NULL, "MM_SHMEMPAGES", &m->shmem, err);
}

/* A counter; what a race made negative, or is not in the dump, is 0. */
static int64_t counter(const struct kernel *kernel, const struct rss_members *m, kva_t mm,
		       int64_t index)
{
	kva_t at = member_at(&m->counters, mm) + (uint64_t)index * m->stride + m->count_at;
	struct dint_error ignored;
	uint64_t value = 0;

	if (!kernel_read_u64(kernel, at, &value, &ignored) || (int64_t)value < 0)
		return 0;
	return (int64_t)value;
}

/* Puts a process where it belongs among the leaders, or nowhere. */
static void rank(struct memory *memory, const struct memory_leader *leader)
{
	size_t at = memory->n_leaders;

	while (at > 0 && memory->leaders[at - 1].resident < leader->resident)
		at--;
	if (at == MEMORY_LEADERS_MAX)
		return;
	if (memory->n_leaders < MEMORY_LEADERS_MAX)
		memory->n_leaders++;
	memmove(&memory->leaders[at + 1], &memory->leaders[at],
		(memory->n_leaders - 1 - at) * sizeof(*leader));
	memory->leaders[at] = *leader;
}

bool memory_read_leaders(const struct kernel *kernel, struct tasks *tasks, struct memory *memory,
			 struct dint_error *err)
{
	struct rss_members m = {0};
	struct dint_error ignored;
	struct task task;

	if (!find_members(kernel, &m, err))
		return false;
	memory->n_leaders = 0;
	tasks_rewind(tasks);
	while (tasks_next(tasks, &task)) {
		struct memory_leader leader = {.pid = task.pid};
		kva_t mm = 0;

		/* a kernel thread may have borrowed one */
		if (task.pid != task.tgid || task.flags & TASK_FLAG_KTHREAD || task.is_idle ||
		    !member_ptr(kernel, &m.mm, task.address, &mm, &ignored) || !mm)
			continue;
		memcpy(leader.comm, task.comm, sizeof(leader.comm));
		leader.resident = counter(kernel, &m, mm, m.file) +
				  counter(kernel, &m, mm, m.anon) +
				  counter(kernel, &m, mm, m.shmem);
		leader.swapped = counter(kernel, &m, mm, m.swap);
		rank(memory, &leader);
	}
	return true;
}
