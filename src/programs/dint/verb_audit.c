/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint audit: who called what, when, and what was answered; and whether none of it was changed. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "programs/dint/audit_verify.h"
#include "programs/dint/client.h"
#include "programs/dint/options.h"
#include "programs/dint/screen.h"
#include "json/json.h"

#define WAIT_MS	    20000 /* a question that follows stays open so long */
#define PATIENCE_MS 120000
#define LAST_SHOWN  10 /* before --follow */

struct view {
	struct client *client;
	bool json;
	uint64_t after;
};

/* ---- a line for people ---- */

/* What an event is about, of what a call is asked for by name; else all that it was asked with. */
static const char *find_subject(const json_t *parameters)
{
	static const char *const keys[] = {"instanceId", "machine", "id", "user", "key"};
	const char *found = NULL;

	for (size_t i = 0; i < 5 && !found; i++)
		found = json_find_string(parameters, keys[i]);
	return found;
}

static const char *service_of(const json_t *event, char text[32])
{
	const char *source = json_find_string(event, "eventSource");

	snprintf(text, 32, "%.*s", source ? (int)strcspn(source, ".") : 0, source ? source : "");
	return text;
}

static void put_subject(const json_t *event)
{
	const json_t *parameters = json_find_object(event, "requestParameters");
	CLEANUP(free_ptr) char *all = NULL;
	const char *subject = find_subject(parameters);

	if (!subject && parameters)
		subject = all = json_dumps(parameters, JSON_COMPACT | JSON_ENSURE_ASCII);
	screen_put(stdout, subject);
}

static void put_line(uint64_t number, const json_t *event)
{
	const json_t *who = json_find_object(event, "userIdentity");
	const char *user = json_find_string(who, "userName");
	const char *code = json_find_string(event, "errorCode");
	char service[32];

	printf("%llu  ", (unsigned long long)number);
	screen_put(stdout, json_find_string(event, "eventTime"));
	fputs("  ", stdout);
	screen_put(stdout, user && *user ? user : json_find_string(who, "accessKeyId"));
	fputs("  ", stdout);
	screen_put(stdout, json_find_string(event, "sourceIPAddress"));
	fputs("  ", stdout);
	screen_put(stdout, service_of(event, service));
	putchar(':');
	screen_put(stdout, json_find_string(event, "eventName"));
	fputs("  ", stdout);
	put_subject(event);
	fputs("  ", stdout);
	screen_paint(stdout, code ? PAINT_BAD : PAINT_NONE, code ? code : "ok");
	putchar('\n');
}

static bool put_json(const json_t *event, struct dint_error *err)
{
	char *text = json_dumps(event, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
	bool ok = text && puts(text) >= 0;

	free(text);
	return ok || dint_fail_errno(err, "stdout");
}

/* ---- asking ---- */

static json_t *next_question(const struct view *view, uint64_t last, bool wait)
{
	json_t *args = last ? json_pack("{s:I}", "last", (json_int_t)last)
			    : json_pack("{s:I}", "after", (json_int_t)view->after);

	if (args && wait)
		json_object_set_new(args, "wait_ms", json_integer(WAIT_MS));
	return args;
}

/* Shows an answer's events; *count is how many there were. */
static bool show(struct view *view, const json_t *answer, size_t *count, struct dint_error *err)
{
	const json_t *events = json_find_array(answer, "events");

	*count = json_array_size(events);
	for (size_t i = 0; i < *count; i++) {
		const json_t *one = json_array_get(events, i);
		const json_t *event = json_object_get(one, "event");

		view->after = json_find_u64(one, "number", view->after);
		if (!view->json)
			put_line(view->after, event);
		else if (!put_json(event, err))
			return false;
	}
	if (!*count && !view->after)
		view->after = json_find_u64(json_find_object(answer, "head"), "number", 0);
	return !fflush(stdout) || dint_fail_errno(err, "stdout");
}

/* last: begin with so many; 0: with the first. Reading is an event too, so without --follow the end
 * is what the head was when it began. */
static bool view_audit(struct view *view, uint64_t last, bool follow, struct dint_error *err)
{
	uint64_t end = 0;

	for (bool first = true;; first = false) {
		CLEANUP(json_decref_ptr) json_t *answer = NULL;
		size_t count;

		if (!client_call_patiently(view->client, "audit",
					   next_question(view, first ? last : 0, follow && !first),
					   follow && !first ? PATIENCE_MS : 0, &answer, err) ||
		    !show(view, answer, &count, err))
			return false;
		if (first)
			end = json_find_u64(json_find_object(answer, "head"), "number", 0);
		if (!follow && (last || !count || (end && view->after >= end)))
			return true;
	}
}

static bool run(const struct call *call, int *status, struct dint_error *err)
{
	CLEANUP(client_done) struct client client;
	struct view view = {.client = &client, .json = options_given(call, "json")};
	const char *last_text = options_value(call, "last");
	bool follow = options_given(call, "follow");
	uint64_t last = follow ? LAST_SHOWN : 0;

	(void)status;
	client_init(&client, call->socket);
	if (last_text && !text_number(last_text, &last, err))
		return dint_within(err, "--last");
	if (last > INT64_MAX || (last_text && !last))
		return dint_fail(err, DINT_BAD_REQUEST, "--last: a number from 1 on");
	if (options_given(call, "verify"))
		return audit_verify(&client, options_value(call, "heads"), view.json, err);
	if (options_given(call, "heads"))
		return dint_fail(err, DINT_BAD_REQUEST, "--heads belongs to --verify");
	return view_audit(&view, last, follow, err);
}

const struct verb verb_audit = {
	.name = "audit",
	.summary = "shows who called what, when, and what was answered",
	.details =
		"Every call, of the administrator's socket and of the network, allowed or refused, "
		"is "
		"an event of CloudTrail's form. Events are chained by their hashes.\n\n"
		"--verify recomputes the chain and holds it against the heads that dintd wrote to "
		"its "
		"log: a changed, a missing (the last ones too) or a swapped event is found, exit "
		"4. "
		"The heads come from the journal of dintd.service, or from the file that --heads "
		"names.",
	.options =
		{
			{.name = "follow", .letter = 'f', .summary = "goes on as events come"},
			{.name = "last",
			 .letter = 'n',
			 .value = "N",
			 .summary = "only the last N; all when not given"},
			{.name = "verify", .summary = "is the chain whole, and what was written?"},
			{.name = "heads",
			 .value = "FILE",
			 .summary = "dintd's log, for --verify, where it is not in the journal",
			 .kind = KIND_FILE},
			{.name = "json",
			 .summary = "one event a line, or the verification, as JSON"},
		},
	.examples = {{"dint audit --follow", NULL}, {"dint audit --verify", NULL}},
	.run = run,
};
