// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first work of an ordered queue waits for an event that does not come; a second is queued
 * behind it, and two tasks wait for that one's end.
 */
#include "common.h"
#include <linux/workqueue.h>

#define LOCKS(LOCK) LOCK(struct work_struct, lock_0) LOCK(struct work_struct, lock_1)
#include "locks.h"

static struct workqueue_struct *queue;
static DECLARE_WAIT_QUEUE_HEAD(event);
static int happened;

static distinct void function_1(void)
{
	wait_event(event, READ_ONCE(happened));
}

static void function_0(struct work_struct *work)
{
	function_1();
	WRITE_ONCE(happened, 0);
}

static void function_2(struct work_struct *work)
{
	WRITE_ONCE(happened, 1);
}

static distinct void function_3(void)
{
	flush_work(AT(lock_1));
	barrier();
}

static int run_0(void *unused)
{
	msleep(HEAD_START_MS / 2); /* after both are queued */
	function_3();
	return 0;
}

static int __init begin(void)
{
	int failed = locks_make();

	if (failed)
		return failed;
	queue = alloc_ordered_workqueue(NAME_QUEUE, 0);
	if (!queue)
		return -ENOMEM;
	INIT_WORK(AT(lock_0), function_0);
	INIT_WORK(AT(lock_1), function_2);
	queue_work(queue, AT(lock_0));
	queue_work(queue, AT(lock_1));
	return start_bystanders(run_0, 2);
}
module_init(begin);
