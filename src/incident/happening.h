/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Something that happened to a machine, and the queue in which it waits for its turn. */
#pragma once
#include <stdbool.h>

#include "incident/states.h"
#include "store/dumps.h"
#include "store/incidents.h"

#define HAPPENING_CAUSE_BYTES 240

/* Called once the event is durable (err NULL), or was refused. joined: the incident was open. */
typedef void watch_told_fn(void *arg, const struct incident_row *row, bool joined,
			   const struct dint_error *err);

/* An event and what it brings along, which it owns. */
struct happening {
	enum incident_event event;
	bool opens_new; /* belongs to none of the machine's incidents */
	bool noted;	/* its cause belongs in the history also where the state stays */
	char cause[HAPPENING_CAUSE_BYTES];
	char *requested_by, *reason; /* a request's */
	char *evidence, *report;     /* JSON to keep with the incident */
	struct dump_row *dump;	     /* to link to it; its incident is filled in by the watch */
	watch_told_fn *told;	     /* may be NULL */
	void *arg;
};

void happening_done(struct happening *happening);

struct happening_queue {
	struct happening_item *first, **end;
};

void happening_queue_init(struct happening_queue *queue);
void happening_queue_done(struct happening_queue *queue);
/* Take what the happening owns and leave it zeroed. */
void happening_push(struct happening_queue *queue, struct happening *happening);
void happening_push_front(struct happening_queue *queue, struct happening *happening);
/* False when nothing waits. */
bool happening_pop(struct happening_queue *queue, struct happening *happening);
