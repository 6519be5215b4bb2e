/* SPDX-License-Identifier: GPL-2.0-or-later */
/* incident: one of them whole, at once or as soon as there is something new of it. */
#include <string.h>

#include "api/incident_json.h"
#include "api/operations.h"
#include "api/wait.h"
#include "base/cleanup.h"
#include "store/dumps.h"
#include "json/json.h"

static json_t *history_json(const struct history_list *history)
{
	json_t *all = json_array();

	for (size_t i = 0; i < history->count; i++)
		json_array_append_new(all,
				      json_pack("{s:s, s:o, s:s}", "state", history->rows[i].state,
						"at", api_time(history->rows[i].at_us), "cause",
						history->rows[i].cause));
	return all;
}

static json_t *dumps_json(const struct dump_list *dumps)
{
	json_t *all = json_array();

	for (size_t i = 0; i < dumps->count; i++) {
		const struct dump_row *d = &dumps->rows[i];

		json_array_append_new(all, json_pack("{s:s, s:I, s:s, s:s, s:o}", "name", d->name,
						     "size", (json_int_t)d->size, "sha256",
						     d->sha256, "origin", d->origin, "stored",
						     api_time(d->stored_us)));
	}
	return all;
}

/* What is stored as text, as JSON again; null for what is absent. */
static json_t *stored_json(const char *text)
{
	json_t *value = text ? json_loads(text, 0, NULL) : NULL;

	return value ? value : json_null();
}

static const struct watch *watch_of(struct site *site, const struct incident_row *row)
{
	const struct watch *w = site_find(site, row->machine);

	return w && w->state != STATE_NONE && !strcmp(w->row.id, row->id) ? w : NULL;
}

static json_t *progress_json(const struct watch *w)
{
	if (!w || !w->progress.what)
		return json_null();
	return json_pack("{s:s, s:I, s:I}", "what", w->progress.what, "done",
			 (json_int_t)w->progress.done, "total", (json_int_t)w->progress.total);
}

/* What was seen in the guest's memory and on its screen is a permission of its own. */
static void put_findings(const struct api_call *call, const struct incident_row *row, json_t *out)
{
	struct dint_error why;
	bool may = api_may(call, "dint:GetReport", row->instance_id, &why);

	json_object_set_new(out, "evidence", stored_json(may ? row->evidence : NULL));
	json_object_set_new(out, "report", stored_json(may ? row->report : NULL));
	json_object_set_new(out, "withheld", may ? json_null() : json_string(why.message));
}

static bool whole_json(struct api_call *call, const struct incident_row *row, json_t **out,
		       size_t *history_lines, struct dint_error *err)
{
	CLEANUP(history_list_done) struct history_list history = {0};
	CLEANUP(dump_list_done) struct dump_list dumps = {0};

	if (!history_list(call->site->store, row->id, &history, err) ||
	    !dump_list(call->site->store, row->id, &dumps, err))
		return false;
	*history_lines = history.count;
	*out = incident_json(row);
	json_object_set_new(*out, "history", history_json(&history));
	json_object_set_new(*out, "dumps", dumps_json(&dumps));
	json_object_set_new(*out, "progress", progress_json(watch_of(call->site, row)));
	put_findings(call, row, *out);
	return true;
}

/* Whether the asker, who has seen `after` lines, is told now. Progress is news when it moved. */
static bool is_news(const struct incident_row *row, size_t lines, uint64_t after, json_t *now,
		    enum api_try when)
{
	if (when == API_TRY_LAST || lines > after || row->ended_us)
		return true;
	return when == API_TRY_CHANGED && !json_is_null(json_object_get(now, "progress"));
}

static bool try_answer(struct api_call *call, const json_t *args, enum api_try when)
{
	CLEANUP(incident_row_done) struct incident_row row = {0};
	CLEANUP(json_decref_ptr) json_t *now = NULL;
	struct dint_error err;
	size_t lines;

	if (!incident_find(call->site->store, json_find_string(args, "id"), &row, &err) ||
	    !whole_json(call, &row, &now, &lines, &err)) {
		api_refuse(call, &err);
		return true;
	}
	if (!is_news(&row, lines, json_find_u64(args, "after", 0), now, when))
		return false;
	api_answer(call, TAKE(now), -1);
	return true;
}

static void run(struct api_call *call, const json_t *args)
{
	api_wait_for(call, args, try_answer);
}

static const struct api_argument arguments[] = {
	{"id", API_STRING, true, "the incident's id, a unique beginning of it, or \"last\""},
	{"after", API_NUMBER, false, "answer when its history has more lines than this"},
	{"wait_ms", API_NUMBER, false, "or when this time is over, 30000 at most"},
	{0},
};

const struct api_operation op_incident = {
	.name = "incident",
	.method = "GET",
	.path = "/incidents/{id}",
	.result = "Incident",
	.permission = "dint:GetIncident",
	.about = API_ABOUT_INCIDENT,
	.summary = "one incident with its history, dumps, evidence and report",
	.arguments = arguments,
	.run = run,
};
