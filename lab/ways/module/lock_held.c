// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A task holds a rw-semaphore for writing and sleeps until somebody wakes it, which nobody does;
 * four bystanders want to read, one wants to write.
 */
#include "common.h"

#define LOCKS(LOCK) LOCK(struct rw_semaphore, lock_0)
#include "locks.h"

static distinct void function_1(void)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
	}
}

static distinct void function_0(void)
{
	down_write(AT(lock_0));
	function_1();
	up_write(AT(lock_0));
}

static distinct void function_2(void)
{
	down_read(AT(lock_0));
	up_read(AT(lock_0));
}

static distinct void function_3(void)
{
	down_write(AT(lock_0));
	up_write(AT(lock_0));
}

static int run_0(void *unused)
{
	function_0();
	return 0;
}

static int run_1(void *unused)
{
	msleep(HEAD_START_MS / 2); /* after the first has it */
	function_2();
	return 0;
}

static int run_2(void *unused)
{
	msleep(HEAD_START_MS * 3 / 4);
	function_3();
	return 0;
}

static int __init begin(void)
{
	int failed = locks_make();

	if (failed)
		return failed;
	init_rwsem(AT(lock_0));
	failed = start_task(run_0, NULL, NAME_TASK_0);
	if (!failed)
		failed = start_task(run_2, NULL, NAME_TASK_1);
	return failed ?: start_bystanders(run_1, 4);
}
module_init(begin);
