// SPDX-License-Identifier: GPL-2.0-or-later
/* A task on the last CPU spins for ever with interrupts off. */
#include "common.h"

static distinct void function_0(void)
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
	return start_task_on(cpumask_last(cpu_online_mask), run_0, NAME_TASK_0);
}
module_init(begin);
