/* SPDX-License-Identifier: GPL-2.0-or-later */
/* incidents: the list, newest first. */
#include "api/incident_json.h"
#include "api/operations.h"
#include "base/cleanup.h"
#include "json/json.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX     1000

static json_t *list_json(struct store *store, const struct incident_list *list)
{
	json_t *all = json_array();

	for (size_t i = 0; i < list->count; i++) {
		CLEANUP(free_ptr) char *cause = history_last_cause(store, list->rows[i].id);
		json_t *one = incident_json(&list->rows[i]);

		json_object_set_new(one, "cause", api_string_or_null(cause));
		json_array_append_new(all, one);
	}
	return all;
}

static void run(struct api_call *call, const json_t *args)
{
	CLEANUP(incident_list_done) struct incident_list list = {0};
	uint64_t limit = json_find_u64(args, "limit", LIMIT_DEFAULT);
	struct dint_error err;

	if (!incident_list(call->site->store, json_find_string(args, "machine"),
			   limit < LIMIT_MAX ? limit : LIMIT_MAX, &list, &err)) {
		api_refuse(call, &err);
		return;
	}
	api_answer(call, list_json(call->site->store, &list), -1);
}

static const struct api_argument arguments[] = {
	{"machine", API_STRING, false, "only this machine's"},
	{"limit", API_NUMBER, false, "at most so many, 100 when not given, 1000 at most"},
	{0},
};

const struct api_operation op_incidents = {
	.name = "incidents",
	.method = "GET",
	.path = "/incidents",
	.result = "[]IncidentLine",
	.permission = "dint:ListIncidents",
	.about = API_ABOUT_MACHINE,
	.summary = "incidents, the newest first",
	.arguments = arguments,
	.run = run,
};
