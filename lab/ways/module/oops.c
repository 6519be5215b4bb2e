// SPDX-License-Identifier: GPL-2.0-or-later
/* A task writes where no memory is; with panic_on_oops that is the end. */
#include "common.h"

struct record {
	char other[64];
	int count;
};

static distinct void function_0(struct record *record)
{
	WRITE_ONCE(record->count, 1);
}

static int run_0(void *record)
{
	msleep(HEAD_START_MS);
	function_0(record);
	return 0;
}

static int __init begin(void)
{
	return start_task(run_0, NULL, NAME_TASK_0);
}
module_init(begin);
