/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list with a pointer to its end. */
#include "incident/happening.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"

struct happening_item {
	struct happening_item *next;
	struct happening what;
};

void happening_done(struct happening *h)
{
	free(h->requested_by);
	free(h->reason);
	free(h->evidence);
	free(h->report);
	if (h->dump)
		dump_row_done(h->dump);
	free(h->dump);
	*h = (struct happening){0};
}

void happening_queue_init(struct happening_queue *queue)
{
	queue->first = NULL;
	queue->end = &queue->first;
}

void happening_queue_done(struct happening_queue *queue)
{
	struct happening h;

	while (happening_pop(queue, &h))
		happening_done(&h);
}

static struct happening_item *item_of(struct happening *h)
{
	struct happening_item *item = xcalloc(1, sizeof(*item));

	item->what = TAKE(*h);
	return item;
}

void happening_push(struct happening_queue *queue, struct happening *h)
{
	*queue->end = item_of(h);
	queue->end = &(*queue->end)->next;
}

void happening_push_front(struct happening_queue *queue, struct happening *h)
{
	struct happening_item *item = item_of(h);

	item->next = queue->first;
	queue->first = item;
	if (!item->next)
		queue->end = &item->next;
}

bool happening_pop(struct happening_queue *queue, struct happening *h)
{
	struct happening_item *item = queue->first;

	if (!item)
		return false;
	queue->first = item->next;
	if (!queue->first)
		queue->end = &queue->first;
	*h = item->what;
	free(item);
	return true;
}
