// SPDX-License-Identifier: GPL-2.0-or-later
/* Two tasks take two mutexes crosswise; four bystanders then queue for the first. */
#include "common.h"

#define LOCKS(LOCK) LOCK(struct mutex, lock_0) LOCK(struct mutex, lock_1)
#include "locks.h"

static DECLARE_COMPLETION(first_has_one);
static DECLARE_COMPLETION(second_has_one);

static distinct void function_1(void)
{
	mutex_lock(AT(lock_1));
	mutex_unlock(AT(lock_1));
}

/* each waits until the other holds its first, so that the order of waking does not matter */
static distinct void function_0(void)
{
	mutex_lock(AT(lock_0));
	complete(&first_has_one);
	wait_for_completion(&second_has_one);
	function_1();
	mutex_unlock(AT(lock_0));
}

static distinct void function_3(void)
{
	mutex_lock(AT(lock_0));
	mutex_unlock(AT(lock_0));
}

static distinct void function_2(void)
{
	mutex_lock(AT(lock_1));
	complete(&second_has_one);
	wait_for_completion(&first_has_one);
	function_3();
	mutex_unlock(AT(lock_1));
}

static distinct void function_4(void)
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
	function_2();
	return 0;
}

static int run_2(void *unused)
{
	msleep(HEAD_START_MS / 2); /* after the two have met */
	function_4();
	return 0;
}

static int __init begin(void)
{
	int failed = locks_make();

	if (failed)
		return failed;
	mutex_init(AT(lock_0));
	mutex_init(AT(lock_1));
	failed = start_task(run_0, NULL, NAME_TASK_0);
	if (!failed)
		failed = start_task(run_1, NULL, NAME_TASK_1);
	return failed ?: start_bystanders(run_2, 4);
}
module_init(begin);
