// SPDX-License-Identifier: GPL-2.0-or-later
/* A signal that PID 1 cannot refuse: the kernel's own. */
#include "common.h"
#include <linux/pid.h>
#include <linux/sched/signal.h>

static distinct void function_0(struct task_struct *init)
{
	send_sig(SIGKILL, init, 1);
	barrier();
}

static int run_0(void *unused)
{
	struct task_struct *init;

	msleep(HEAD_START_MS);
	init = get_pid_task(find_vpid(1), PIDTYPE_PID);
	if (init)
		function_0(init);
	return 0;
}

static int __init begin(void)
{
	return start_task(run_0, NULL, NAME_TASK_0);
}
module_init(begin);
