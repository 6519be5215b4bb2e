/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint incidents: a line an incident, the newest first. */
#include "base/cleanup.h"
#include "base/text.h"
#include "programs/dint/client.h"
#include "programs/dint/options.h"
#include "programs/dint/screen.h"
#include "json/json.h"

static void put_incidents(const json_t *incidents)
{
	static const char *const headings[] = {"INCIDENT", "MACHINE", "STATE", "OPENED",
					       "CHANGED",  "BY",      "CAUSE", NULL};
	static const char *const keys[] = {"id",      "machine",      "state", "opened",
					   "changed", "requested_by", "cause", NULL};
	CLEANUP(table_done) struct table table = {0};

	if (!json_array_size(incidents)) {
		fputs("no incident\n", stderr);
		return;
	}
	table_init(&table, headings);
	for (size_t i = 0; i < json_array_size(incidents); i++)
		for (size_t k = 0; keys[k]; k++)
			table_add(&table, json_find_string(json_array_get(incidents, i), keys[k]));
	table_print(&table, stdout);
}

static bool run(const struct call *call, int *status, struct dint_error *err)
{
	CLEANUP(json_decref_ptr) json_t *incidents = NULL;
	CLEANUP(client_done) struct client client;
	const char *limit = options_value(call, "limit");
	uint64_t most = 0;
	json_t *args;

	(void)status;
	client_init(&client, call->socket);
	if (limit && (!text_number(limit, &most, err) || most > INT64_MAX))
		return dint_within(err, "--limit");
	args = json_pack("{s:s*}", "machine", options_value(call, "machine"));
	if (args && limit)
		json_object_set_new(args, "limit", json_integer((json_int_t)most));
	if (!client_call(&client, "incidents", args, &incidents, err))
		return false;
	if (options_given(call, "json"))
		return screen_json(incidents, err);
	put_incidents(incidents);
	return true;
}

const struct verb verb_incidents = {
	.name = "incidents",
	.summary = "lists what became of interrupts, and crashes that nobody asked for",
	.details = "The newest comes first.",
	.options =
		{
			{.name = "machine",
			 .letter = 'm',
			 .value = "MACHINE",
			 .summary = "only those of this machine",
			 .kind = KIND_MACHINE},
			{.name = "limit",
			 .letter = 'n',
			 .value = "N",
			 .summary = "at most so many"},
			{.name = "json", .summary = "the answer as JSON"},
		},
	.examples = {{"dint incidents --machine web1", NULL}},
	.run = run,
};
