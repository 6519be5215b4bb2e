/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "incident/leftover.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "incident/site.h"
#include "incident/worker.h"
#include "store/files.h"

struct removal {
	struct watch *watch;
	char *state_dir, *prefix, *keep;
	bool noted;
	char cause[HAPPENING_CAUSE_BYTES];
	void (*done)(struct watch *watch);
	uint64_t size_bytes; /* out */
};

char *leftover_id(const struct watch *w, const struct channel_id *offer)
{
	char text[CHANNEL_ID_TEXT];

	channel_id_text(offer, text);
	return xasprintf("%s-stream-%s", w->instance_id, text);
}

/* On the worker's thread. */
static bool run(void *arg, struct dint_error *err)
{
	struct removal *r = arg;

	return uploads_remove(r->state_dir, r->prefix, r->keep, &r->size_bytes, err);
}

static void tell(const struct removal *r)
{
	struct happening h = {.event = EVENT_STREAM_LOST, .noted = true};
	char size[TEXT_SIZE];

	text_size(r->size_bytes, size);
	if (r->size_bytes)
		snprintf(h.cause, sizeof(h.cause), "%.180s; %s of it had come and are removed",
			 r->cause, size);
	else
		snprintf(h.cause, sizeof(h.cause), "%.180s; nothing of it had come", r->cause);
	watch_happen(r->watch, &h);
}

static void removal_free(struct removal *r)
{
	free(r->state_dir);
	free(r->prefix);
	free(r->keep);
	free(r);
}

DEFINE_CLEANUP(removal_free, struct removal *)

static void finished(void *arg, const struct dint_error *err)
{
	CLEANUP(removal_free_ptr) struct removal *r = arg;

	if (r->watch->site->closing)
		return;
	if (err)
		log_error("%s: %s", r->watch->config->name, err->message);
	if (r->size_bytes || r->noted)
		tell(r);
	r->done(r->watch);
}

bool leftover_remove(struct watch *w, const struct leftover *what)
{
	CLEANUP(removal_free_ptr) struct removal *r = xcalloc(1, sizeof(*r));

	r->watch = w;
	r->state_dir = xstrdup(w->site->state_dir);
	r->prefix = xasprintf("%s-stream-", w->instance_id);
	r->keep = what->keep ? leftover_id(w, what->keep) : NULL;
	r->noted = what->noted;
	r->done = what->done;
	snprintf(r->cause, sizeof(r->cause), "%s", what->cause);
	if (!r->noted && !uploads_left(r->state_dir, r->prefix, r->keep))
		return false;
	worker_submit(w->worker, run, finished, TAKE(r));
	return true;
}
