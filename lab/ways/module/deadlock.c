// SPDX-License-Identifier: GPL-2.0-or-later
/* Two tasks take two mutexes crosswise; four bystanders then queue for the first. */
#include "common.h"

static DEFINE_MUTEX(lock_0);
static DEFINE_MUTEX(lock_1);
static DECLARE_COMPLETION(first_has_one);
static DECLARE_COMPLETION(second_has_one);

/* each waits until the other holds its first, so that the order of waking does not matter */
static noinline void function_0(void)
{
	mutex_lock(&lock_0);
	complete(&first_has_one);
	wait_for_completion(&second_has_one);
	mutex_lock(&lock_1);
	mutex_unlock(&lock_1);
	mutex_unlock(&lock_0);
}

static noinline void function_1(void)
{
	mutex_lock(&lock_1);
	complete(&second_has_one);
	wait_for_completion(&first_has_one);
	mutex_lock(&lock_0);
	mutex_unlock(&lock_0);
	mutex_unlock(&lock_1);
}

static noinline void function_2(void)
{
	mutex_lock(&lock_0);
	mutex_unlock(&lock_0);
}

static int run_0(void *unused)
{
	function_0();
	return 0;
}

static int run_1(void *unused)
{
	function_1();
	return 0;
}

static int run_2(void *unused)
{
	msleep(HEAD_START_MS / 2); /* after the two have met */
	function_2();
	return 0;
}

static int __init begin(void)
{
	int failed = start_task(run_0, NULL, NAME_TASK_0);

	if (!failed)
		failed = start_task(run_1, NULL, NAME_TASK_1);
	for (int i = 0; i < 4 && !failed; i++)
		failed = PTR_ERR_OR_ZERO(kthread_run(run_2, NULL, NAME_BYSTANDER, i));
	return failed;
}
module_init(begin);
