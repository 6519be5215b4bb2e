// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A task frees an object and then calls through a pointer in it. The objects' cache poisons what
 * is freed (0x6b), so this crashes at the first use, each time.
 */
#include "common.h"

struct record {
	struct record *next;
	int count;
	char other[100];
};

static struct kmem_cache *cache;

static distinct void function_1(struct record *record)
{
	WRITE_ONCE(record->next->count, 1);
}

static distinct void function_0(struct record *record)
{
	kmem_cache_free(cache, record);
	function_1(record);
	barrier();
}

static int run_0(void *record)
{
	msleep(HEAD_START_MS);
	function_0(record);
	return 0;
}

static int __init begin(void)
{
	struct record *record;

	cache = kmem_cache_create(NAME_CACHE, sizeof(*record), 0, SLAB_POISON, NULL);
	if (!cache)
		return -ENOMEM;
	record = kmem_cache_zalloc(cache, GFP_KERNEL);
	if (!record)
		return -ENOMEM;
	record->next = record;
	return start_task(run_0, record, NAME_TASK_0);
}
module_init(begin);
