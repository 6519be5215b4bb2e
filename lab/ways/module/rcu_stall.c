// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A reader on the last CPU never leaves its read-side critical section, but tells the soft-lockup
 * watchdog that all is well; two tasks wait for the grace period that cannot end.
 */
#include "common.h"
#include <linux/nmi.h>
#include <linux/rcupdate.h>

static distinct void function_1(void)
{
	for (;;) {
		touch_softlockup_watchdog();
		cpu_relax();
	}
}

static distinct void function_0(void)
{
	rcu_read_lock();
	preempt_disable(); /* where readers can be preempted, it would end as somebody waiting */
	function_1();
	preempt_enable();
	rcu_read_unlock();
}

static distinct void function_2(void)
{
	synchronize_rcu();
	barrier();
}

static int run_0(void *unused)
{
	msleep(HEAD_START_MS);
	function_0();
	return 0;
}

static int run_1(void *unused)
{
	msleep(HEAD_START_MS * 3 / 2); /* after the reader is in */
	function_2();
	return 0;
}

static int __init begin(void)
{
	char name[TASK_COMM_LEN];
	int failed = 0;

	/* not on the reader's CPU, where nobody else will run */
	for (int i = 0; i < 2 && !failed; i++) {
		snprintf(name, sizeof(name), NAME_BYSTANDER, i);
		failed = start_task_on(cpumask_first(cpu_online_mask), run_1, name);
	}
	return failed ?: start_task_on(cpumask_last(cpu_online_mask), run_0, NAME_TASK_0);
}
module_init(begin);
