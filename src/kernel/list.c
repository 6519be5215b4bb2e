/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walking lists that may be damaged. */
#include "kernel/list.h"

#include <inttypes.h>

#include "base/cursor.h"

#define NEXT	 0 /* of struct list_head and hlist_node in every kernel */
#define PREVIOUS 8 /* of struct list_head */

static struct list_walk begin(const struct kernel *kernel, kva_t head, uint64_t limit, bool doubly,
			      bool backwards)
{
	struct list_walk walk = {.kernel = kernel,
				 .head = head,
				 .at = head,
				 .tortoise = head,
				 .power = 1,
				 .limit = limit,
				 .doubly = doubly,
				 .backwards = backwards};

	if (!kernel_read_u64(kernel, head + (backwards ? PREVIOUS : NEXT), &walk.next,
			     &walk.error)) {
		dint_error_prefix(&walk.error, "list at 0x%" PRIx64, head);
		walk.ended = true;
	}
	return walk;
}

struct list_walk list_begin(const struct kernel *kernel, kva_t head, uint64_t limit)
{
	return begin(kernel, head, limit, true, false);
}

struct list_walk list_begin_back(const struct kernel *kernel, kva_t head, uint64_t limit)
{
	return begin(kernel, head, limit, true, true);
}

struct list_walk hlist_begin(const struct kernel *kernel, kva_t head, uint64_t limit)
{
	return begin(kernel, head, limit, false, false);
}

static bool stop(struct list_walk *walk)
{
	walk->ended = true;
	return false;
}

static bool broken(struct list_walk *walk, const char *words)
{
	dint_error_set(&walk->error, DINT_CORRUPT,
		       "list at 0x%" PRIx64 ": broken behind 0x%" PRIx64 " after %" PRIu64
		       " elements: %s",
		       walk->head, walk->at, walk->steps, words);
	return stop(walk);
}

/* Brent's: the hare that meets the place where it was at the last power of two runs in a circle. */
static bool circles(struct list_walk *walk, kva_t node)
{
	if (node == walk->tortoise)
		return true;
	if (walk->steps == walk->power) {
		walk->tortoise = node;
		walk->power *= 2;
	}
	return false;
}

bool list_next(struct list_walk *walk, kva_t *node)
{
	kva_t here = walk->next;
	uint8_t bytes[16] = {0};
	struct cursor c = cursor_over(bytes, sizeof(bytes));
	size_t n = walk->doubly ? 16 : 8;

	if (walk->ended)
		return false;
	if (walk->doubly ? here == walk->head : !here || here & 1)
		return stop(walk);
	if (walk->doubly && !here)
		return broken(walk, "a NULL pointer");
	if (walk->steps >= walk->limit)
		return broken(walk, "too many");
	if (!kernel_read(walk->kernel, here, bytes, n, &walk->error)) {
		dint_error_prefix(&walk->error,
				  "list at 0x%" PRIx64 ", behind 0x%" PRIx64 " after %" PRIu64
				  " elements",
				  walk->head, walk->at, walk->steps);
		return stop(walk);
	}
	kva_t next = cursor_u64(&c), previous = cursor_u64(&c);

	if (walk->backwards) {
		kva_t other = next;

		next = previous;
		previous = other;
	}
	if (walk->doubly && previous != walk->at)
		return broken(walk, "the next does not point back");
	walk->steps++;
	if (circles(walk, here))
		return broken(walk, "it runs in a circle");
	walk->at = here;
	walk->next = next;
	*node = here;
	return true;
}

bool list_is_empty(const struct kernel *kernel, kva_t head, bool *empty, struct dint_error *err)
{
	kva_t next = 0;

	if (!kernel_read_u64(kernel, head + NEXT, &next, err))
		return false;
	*empty = next == head;
	return true;
}
