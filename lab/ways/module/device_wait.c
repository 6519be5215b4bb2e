// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A driver starts a command under its mutex and waits for the interrupt that ends it: it never
 * comes. Three bystanders want the mutex.
 */
#include "common.h"

#define LOCKS(LOCK) LOCK(struct mutex, lock_0) LOCK(struct completion, lock_1)
#include "locks.h"

static distinct void function_1(void)
{
	wait_for_completion(AT(lock_1));
	reinit_completion(AT(lock_1));
}

static distinct void function_0(void)
{
	mutex_lock(AT(lock_0));
	function_1();
	mutex_unlock(AT(lock_0));
}

static distinct void function_2(void)
{
	mutex_lock(AT(lock_0));
	mutex_unlock(AT(lock_0));
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

static int __init begin(void)
{
	int failed = locks_make();

	if (failed)
		return failed;
	mutex_init(AT(lock_0));
	init_completion(AT(lock_1));
	failed = start_task(run_0, NULL, NAME_TASK_0);
	return failed ?: start_bystanders(run_1, 3);
}
module_init(begin);
