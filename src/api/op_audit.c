/* SPDX-License-Identifier: GPL-2.0-or-later */
/* audit: the events, oldest first, from a number on; or as soon as there is another. */
#include <time.h>

#include "access/audit.h"
#include "access/chain.h"
#include "api/operations.h"
#include "api/wait.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/audit.h"
#include "json/json.h"

#define EVENTS_DEFAULT 100
#define EVENTS_MAX     1000
#define EVENTS_BYTES   (4u << 20) /* of one answer, more or less */

/* One that waits for the next event. */
struct audit_wait {
	struct api_call *call;
	json_t *args;
	struct audit_listener listener;
	sd_event_source *patience, *soon;
};

static json_t *event_json(const struct audit_row *row, bool raw)
{
	json_t *event = raw ? json_string(row->event) : json_loads(row->event, 0, NULL);

	return json_pack("{s:I, s:s, s:o}", "number", (json_int_t)row->number, "hash", row->hash,
			 "event", event ? event : json_null());
}

static json_t *events_json(const struct audit_rows *rows, bool raw)
{
	json_t *events = json_array();

	for (size_t i = 0; i < rows->count; i++)
		json_array_append_new(events, event_json(&rows->rows[i], raw));
	return events;
}

static uint64_t first_after(const json_t *args, uint64_t head)
{
	uint64_t last = json_find_u64(args, "last", EVENTS_DEFAULT);

	if (json_object_get(args, "after"))
		return json_find_u64(args, "after", 0);
	return head > last ? head - last : 0;
}

static bool list(struct api_call *call, const json_t *args, json_t **out, struct dint_error *err)
{
	CLEANUP(audit_rows_done) struct audit_rows rows = {0};
	uint64_t limit = json_find_u64(args, "limit", EVENTS_MAX);
	char hash[SHA256_TEXT];
	uint64_t head;

	audit_head(call->access, &head, hash);
	if (limit > EVENTS_MAX)
		limit = EVENTS_MAX;
	if (!audit_rows_list(call->site->store, first_after(args, head), (unsigned)limit,
			     EVENTS_BYTES, &rows, err))
		return false;
	*out = json_pack("{s:o, s:{s:I, s:s}}", "events",
			 events_json(&rows, json_find_bool(args, "raw", false)), "head", "number",
			 (json_int_t)head, "hash", hash);
	return true;
}

static void answer(struct api_call *call, const json_t *args)
{
	struct dint_error err;
	json_t *events;

	if (list(call, args, &events, &err))
		api_answer(call, events, -1);
	else
		api_refuse(call, &err);
}

/* ---- waiting ---- */

static void wait_end(struct audit_wait *wait)
{
	audit_unlisten(wait->call->access, &wait->listener);
	sd_event_source_disable_unref(wait->patience);
	sd_event_source_disable_unref(wait->soon);
	json_decref(wait->args);
	free(wait);
}

static int on_time(sd_event_source *source, uint64_t now, void *arg)
{
	struct audit_wait *wait = arg;
	struct api_call *call = wait->call;
	json_t *args = json_incref(wait->args);

	(void)source;
	(void)now;
	wait_end(wait);
	call->cancel = NULL;
	answer(call, args);
	json_decref(args);
	return 0;
}

/* Those that come together are told together. */
static void on_appended(void *arg)
{
	struct audit_wait *wait = arg;

	if (!wait->soon)
		sd_event_add_time_relative(wait->call->site->loop, &wait->soon, CLOCK_MONOTONIC,
					   API_WAIT_STEP_MS * 1000, 0, on_time, wait);
}

static void on_cancel(struct api_call *call)
{
	struct dint_error err;

	wait_end(call->own);
	call->cancel = NULL;
	dint_error_set(&err, DINT_TIMEOUT, "the asker went away before there was news");
	api_refuse(call, &err);
}

static void wait_for_next(struct api_call *call, const json_t *args, uint64_t patience_ms)
{
	struct audit_wait *wait = xcalloc(1, sizeof(*wait));

	wait->call = call;
	wait->args = json_deep_copy(args);
	wait->listener = (struct audit_listener){.appended = on_appended, .arg = wait};
	audit_listen(call->access, &wait->listener);
	sd_event_add_time_relative(call->site->loop, &wait->patience, CLOCK_MONOTONIC,
				   (patience_ms < API_WAIT_MS_MAX ? patience_ms : API_WAIT_MS_MAX) *
					   1000,
				   0, on_time, wait);
	call->own = wait;
	call->cancel = on_cancel;
}

/* Whether there is something behind "after" that is not the reading of the audit itself: else two
 * who follow it would keep each other awake for ever. */
static bool has_news(const struct api_call *call, const json_t *args)
{
	CLEANUP(audit_rows_done) struct audit_rows rows = {0};
	struct dint_error ignored;
	bool news = false;

	if (!audit_rows_list(call->site->store, json_find_u64(args, "after", 0), EVENTS_MAX,
			     EVENTS_BYTES, &rows, &ignored))
		return true; /* the answer says why not */
	for (size_t i = 0; i < rows.count && !news; i++) {
		CLEANUP(json_decref_ptr) json_t *event = json_loads(rows.rows[i].event, 0, NULL);
		const char *name = json_find_string(event, "eventName");

		news = !name || strcmp(name, "GetAudit") != 0;
	}
	return news;
}

static void run(struct api_call *call, const json_t *args)
{
	uint64_t patience_ms = json_find_u64(args, "wait_ms", 0);

	if (patience_ms && !has_news(call, args))
		wait_for_next(call, args, patience_ms);
	else
		answer(call, args);
}

static const struct api_argument arguments[] = {
	{"after", API_NUMBER, false, "events of a higher number than this; else the last ones"},
	{"last", API_NUMBER, false, "how many of the last ones, 100 when not given"},
	{"limit", API_NUMBER, false, "at most so many, 1000 when not given or more"},
	{"raw", API_BOOL, false, "each event as the text that its hash covers"},
	{"wait_ms", API_NUMBER, false,
	 "with after: answer when there is another, or when this time is over, 30000 at most"},
	{0},
};

const struct api_operation op_audit = {
	.name = "audit",
	.method = "GET",
	.path = "/audit",
	.result = "Audit",
	.permission = "dint:GetAudit",
	.summary = "who called what, when, and what was answered",
	.arguments = arguments,
	.run = run,
};
