// SPDX-License-Identifier: GPL-2.0-or-later
/* A task on the last CPU spins for ever with interrupts off. */
#include "common.h"

static noinline void function_0(void)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

static int run_0(void *unused)
{
	msleep(HEAD_START_MS);
	function_0();
	return 0;
}

static int __init begin(void)
{
	unsigned int last = cpumask_last(cpu_online_mask);
	struct task_struct *task = kthread_create(run_0, NULL, NAME_TASK_0);

	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, last);
	wake_up_process(task);
	return 0;
}
module_init(begin);
