// SPDX-License-Identifier: GPL-2.0-or-later
/* A task takes a mutex that it holds already, two calls deeper; two bystanders queue behind. */
#include "common.h"

#define LOCKS(LOCK) LOCK(struct mutex, lock_0)
#include "locks.h"

static distinct void function_2(void)
{
	mutex_lock(AT(lock_0));
	mutex_unlock(AT(lock_0));
}

static distinct void function_1(void)
{
	function_2();
	barrier();
}

static distinct void function_0(void)
{
	mutex_lock(AT(lock_0));
	function_1();
	mutex_unlock(AT(lock_0));
}

static distinct void function_3(void)
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
	function_3();
	return 0;
}

static int __init begin(void)
{
	int failed = locks_make();

	if (failed)
		return failed;
	mutex_init(AT(lock_0));
	failed = start_task(run_0, NULL, NAME_TASK_0);
	return failed ?: start_bystanders(run_1, 2);
}
module_init(begin);
