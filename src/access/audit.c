/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events on their way to the disk. While one job is under way they gather; all that have gathered
 * are the next job, which continues the chain from the last line there is: what a failed job did is
 * undone as a whole, so the chain has no gap, and its events wait for the next.
 */
#include "access/audit.h"

#include <stdlib.h>
#include <string.h>

#include "access/access_internal.h"
#include "access/chain.h"
#include "access/event_internal.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fault.h"
#include "store/audit.h"

struct waiting_event {
	struct waiting_event *next;
	char *text;
	audit_done_fn *done; /* NULL: nobody waits */
	void *arg;
	bool of_audit;
};

/* One job's. */
struct batch {
	struct access *access;
	struct waiting_event *first;
	struct chain head;
};

static void submit_next(struct access *access);

static bool write_batch(struct store_writer *writer, void *arg, struct dint_error *err)
{
	struct batch *batch = arg;
	struct audit_row row;

	if (!audit_rows_last(writer, &row, err))
		return false;
	chain_begin(&batch->head);
	if (row.number) {
		batch->head.number = row.number;
		memcpy(batch->head.hash, row.hash, sizeof(row.hash));
	}
	for (const struct waiting_event *event = batch->first; event; event = event->next) {
		chain_add(&batch->head, event->text);
		row = (struct audit_row){.number = batch->head.number, .event = event->text};
		memcpy(row.hash, batch->head.hash, sizeof(row.hash));
		if (!audit_rows_add(writer, &row, err))
			return false;
		fault_point("audit:event-written");
	}
	return true;
}

/* They come before what has gathered meanwhile; who waited is told, and waits no more. */
static void put_back(struct audit *audit, struct waiting_event *first)
{
	struct waiting_event **end = &first;

	while (*end)
		end = &(*end)->next;
	*end = audit->first;
	if (!audit->first)
		audit->end = end;
	audit->first = first;
}

static void tell(struct waiting_event *first, const struct dint_error *err)
{
	for (struct waiting_event *event = first; event; event = event->next) {
		audit_done_fn *done = event->done;

		event->done = NULL;
		if (done)
			done(event->arg, err);
	}
}

static void free_events(struct audit *audit, struct waiting_event *first)
{
	while (first) {
		struct waiting_event *event = first;

		first = event->next;
		audit->waiting--;
		free(event->text);
		free(event);
	}
}

static void call_listeners(struct audit *audit, const struct waiting_event *first)
{
	bool news = false;

	for (; first && !news; first = first->next)
		news = !first->of_audit;
	for (struct audit_listener *listener = audit->listeners, *next; news && listener;
	     listener = next) {
		next = listener->next; /* who is called may go */
		listener->appended(listener->arg);
	}
}

static bool is_awaited(const struct waiting_event *first)
{
	while (first && !first->done)
		first = first->next;
	return first;
}

/* Apart from the chain, before anything is answered; of reads alone once in a while. */
static void keep_head(struct access *access, bool now)
{
	struct audit *audit = &access->audit;

	if (!access->keep_head || audit->head == audit->kept ||
	    (!now && audit->head - audit->kept < AUDIT_KEEP_EVERY))
		return;
	access->keep_head(audit->head, audit->hash);
	audit->kept = audit->head;
}

static void batch_done(void *arg, const struct dint_error *err)
{
	struct batch *batch = arg;
	struct access *access = batch->access;
	struct audit *audit = &access->audit;

	audit->under_way = false;
	if (err) {
		tell(batch->first, err);
		put_back(audit, batch->first);
	} else {
		audit->head = batch->head.number;
		memcpy(audit->hash, batch->head.hash, sizeof(audit->hash));
		keep_head(access, is_awaited(batch->first));
		fault_point("audit:before-answers");
		tell(batch->first, NULL);
		call_listeners(audit, batch->first);
		free_events(audit, batch->first);
		submit_next(access);
	}
	free(batch);
}

static void submit_next(struct access *access)
{
	struct audit *audit = &access->audit;
	struct batch *batch;

	if (audit->under_way || !audit->first)
		return;
	batch = xcalloc(1, sizeof(*batch));
	batch->access = access;
	batch->first = audit->first;
	audit->first = NULL;
	audit->end = &audit->first;
	audit->under_way = true;
	store_submit(access->store, write_batch, batch_done, batch);
}

bool audit_append(struct access *access, const struct audit_event *event, audit_done_fn *done,
		  void *arg, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer text = {0};
	struct audit *audit = &access->audit;
	struct waiting_event *waiting;

	if (audit->waiting >= AUDIT_WAITING_MAX)
		return dint_fail(err, DINT_LIMIT,
				 "%u audit events wait for the disk, which takes none: nothing is "
				 "done that is not recorded",
				 audit->waiting);
	if (done)
		fault_point("audit:awaited");
	event_write(access, event, &text);
	waiting = xcalloc(1, sizeof(*waiting));
	waiting->text = xstrdup(buffer_text(&text));
	waiting->done = done;
	waiting->arg = arg;
	waiting->of_audit = event->of_audit;
	*audit->end = waiting;
	audit->end = &waiting->next;
	audit->waiting++;
	submit_next(access);
	return true;
}

void audit_head(const struct access *access, uint64_t *number, char hash[SHA256_TEXT])
{
	*number = access->audit.head;
	memcpy(hash, access->audit.hash, SHA256_TEXT);
}

void audit_listen(struct access *access, struct audit_listener *listener)
{
	listener->next = access->audit.listeners;
	access->audit.listeners = listener;
}

void audit_unlisten(struct access *access, struct audit_listener *listener)
{
	struct audit_listener **at = &access->audit.listeners;

	while (*at && *at != listener)
		at = &(*at)->next;
	if (*at)
		*at = listener->next;
}

bool audit_start(struct access *access, struct dint_error *err)
{
	struct audit *audit = &access->audit;
	struct audit_row last;
	struct chain nothing;

	audit->end = &audit->first;
	if (!audit_rows_head(access->store, &last, err))
		return false;
	chain_begin(&nothing);
	audit->head = audit->kept = last.number;
	memcpy(audit->hash, last.number ? last.hash : nothing.hash, sizeof(audit->hash));
	return true;
}

void audit_stop(struct access *access)
{
	struct audit *audit = &access->audit;

	if (!audit->end)
		return;
	store_drain(access->store);
	keep_head(access, true);
	free_events(audit, audit->first); /* those that no disk took */
	audit->first = NULL;
}
