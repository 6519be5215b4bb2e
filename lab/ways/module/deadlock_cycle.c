// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Three tasks in a ring: mutex -> rw-semaphore (for writing) -> mutex -> the first mutex. Three
 * bystanders want to read what the semaphore guards.
 */
#include "common.h"

#define LOCKS(LOCK) \
	LOCK(struct mutex, lock_0) LOCK(struct rw_semaphore, lock_1) LOCK(struct mutex, lock_2)
#include "locks.h"

static atomic_t holders = ATOMIC_INIT(0);
static DECLARE_COMPLETION(all_hold);

/* whoever is the third lets all go on */
static distinct void meet(void)
{
	if (atomic_inc_return(&holders) == 3)
		complete_all(&all_hold);
	wait_for_completion(&all_hold);
	barrier();
}

static distinct void function_1(void)
{
	down_write(AT(lock_1));
	up_write(AT(lock_1));
}

static distinct void function_0(void)
{
	mutex_lock(AT(lock_0));
	meet();
	function_1();
	mutex_unlock(AT(lock_0));
}

static distinct void function_3(void)
{
	mutex_lock(AT(lock_2));
	mutex_unlock(AT(lock_2));
}

static distinct void function_2(void)
{
	down_write(AT(lock_1));
	meet();
	function_3();
	up_write(AT(lock_1));
}

static distinct void function_5(void)
{
	mutex_lock(AT(lock_0));
	mutex_unlock(AT(lock_0));
}

static distinct void function_4(void)
{
	mutex_lock(AT(lock_2));
	meet();
	function_5();
	mutex_unlock(AT(lock_2));
}

static distinct void function_6(void)
{
	down_read(AT(lock_1));
	up_read(AT(lock_1));
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
	function_4();
	return 0;
}

static int run_3(void *unused)
{
	msleep(HEAD_START_MS / 2); /* after the three have met */
	function_6();
	return 0;
}

static int __init begin(void)
{
	int failed = locks_make();

	if (failed)
		return failed;
	mutex_init(AT(lock_0));
	init_rwsem(AT(lock_1));
	mutex_init(AT(lock_2));
	failed = start_task(run_0, NULL, NAME_TASK_0);
	if (!failed)
		failed = start_task(run_1, NULL, NAME_TASK_1);
	if (!failed)
		failed = start_task(run_2, NULL, NAME_TASK_2);
	return failed ?: start_bystanders(run_3, 3);
}
module_init(begin);
