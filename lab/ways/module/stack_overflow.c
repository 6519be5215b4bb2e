// SPDX-License-Identifier: GPL-2.0-or-later
/* A task walks down a tree that has no leaves, a function that calls itself. */
#include "common.h"

struct node {
	struct node *child;
};

static distinct int function_0(struct node *node)
{
	char path[120];

	path[0] = (char)(unsigned long)node;
	barrier_data(path);
	if (!READ_ONCE(node->child))
		return path[0];
	return function_0(node->child) + path[0];
}

static distinct int function_1(struct node *node)
{
	return function_0(node) + 1;
}

static int run_0(void *unused)
{
	struct node node = {.child = &node};

	msleep(HEAD_START_MS);
	return function_1(&node);
}

static int __init begin(void)
{
	return start_task(run_0, NULL, NAME_TASK_0);
}
module_init(begin);
