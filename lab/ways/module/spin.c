// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A task on the last CPU holds a spinlock, interrupts off, and looks for the end of a list that is
 * a ring; tasks on the other CPUs spin for the lock.
 */
#include "common.h"

#define LOCKS(LOCK) LOCK(spinlock_t, lock_0)
#include "locks.h"

static struct ring {
	struct ring *next;
} ring[3];

static distinct void function_1(void)
{
	struct ring *at = &ring[0];

	while (READ_ONCE(at->next))
		at = READ_ONCE(at->next);
}

static distinct void function_0(void)
{
	spin_lock_irq(AT(lock_0));
	function_1();
	spin_unlock_irq(AT(lock_0));
}

static distinct void function_2(void)
{
	spin_lock_irq(AT(lock_0));
	spin_unlock_irq(AT(lock_0));
}

static int run_0(void *unused)
{
	msleep(HEAD_START_MS);
	function_0();
	return 0;
}

static int run_1(void *unused)
{
	msleep(HEAD_START_MS * 2); /* after the first has it */
	function_2();
	return 0;
}

static int __init begin(void)
{
	unsigned int cpu, last = cpumask_last(cpu_online_mask);
	char name[TASK_COMM_LEN];
	int failed = locks_make();

	spin_lock_init(AT(lock_0));
	for (int i = 0; i < 3; i++)
		ring[i].next = &ring[(i + 1) % 3];
	for_each_online_cpu(cpu)
	{
		snprintf(name, sizeof(name), NAME_BYSTANDER, (int)cpu);
		if (!failed && cpu != last)
			failed = start_task_on(cpu, run_1, name);
	}
	return failed ?: start_task_on(last, run_0, NAME_TASK_0);
}
module_init(begin);
