// SPDX-License-Identifier: GPL-2.0-or-later
/* A task on the last CPU loops in the kernel, interrupts on, and never lets another run there. */
#include "common.h"

static distinct void function_1(void)
{
	for (;;)
		cpu_relax();
}

static distinct void function_0(void)
{
	preempt_disable();
	function_1();
	preempt_enable();
}

static int run_0(void *unused)
{
	msleep(HEAD_START_MS);
	function_0();
	return 0;
}

static int __init begin(void)
{
	return start_task_on(cpumask_last(cpu_online_mask), run_0, NAME_TASK_0);
}
module_init(begin);
