/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's linked lists, which may be damaged: each walk has an end, a circle is noticed, and a
 * link that the neighbour does not return is told apart from the end. Until a circle is noticed
 *some elements come a second time.
 *
 *	struct list_walk walk = list_begin(kernel, head, LIST_LINKS_MAX);
 *	while (list_next(&walk, &node))
 *		… member_container(&link, node) …
 *	if (walk.error.code) … what was seen until there is good, the rest unknown …
 */
#pragma once
#include "kernel/kernel.h"

#define LIST_LINKS_MAX \
	((uint64_t)4 << 20) /* tasks are the most that one list holds: pid_max is 2^22 */

struct list_walk {
	const struct kernel *kernel;
	kva_t head, at, next;
	kva_t tortoise; /* Brent's: where we were at the last power of two */
	uint64_t steps, power, limit;
	bool doubly, backwards, ended;
	struct dint_error error; /* code 0 (DINT_OK): the list ended as lists do */
};

/* struct list_head: circular, the head is no element. */
struct list_walk list_begin(const struct kernel *kernel, kva_t head, uint64_t limit);
/* The same from its end: what a list that breaks has behind the break. */
struct list_walk list_begin_back(const struct kernel *kernel, kva_t head, uint64_t limit);
/* struct hlist_head: NULL ends it; hlist_nulls' odd end does too. llist_head the same. */
struct list_walk hlist_begin(const struct kernel *kernel, kva_t head, uint64_t limit);
/* The address of the next embedded node; false at the end, and where the list breaks. */
bool list_next(struct list_walk *walk, kva_t *node);
/* Whether a list_head points at itself. */
bool list_is_empty(const struct kernel *kernel, kva_t head, bool *empty, struct dint_error *err);
