/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint incident: one incident, its stages and what came of it. */
#include "base/cleanup.h"
#include "programs/dint/client.h"
#include "programs/dint/incident_text.h"
#include "programs/dint/options.h"
#include "programs/dint/screen.h"
#include "json/json.h"

static void put_head(const json_t *incident)
{
	const char *state = json_find_string(incident, "state");
	const char *reason = json_find_string(incident, "reason");

	screen_paint(stdout, PAINT_BOLD, json_find_string(incident, "id"));
	fputs(": ", stdout);
	screen_paint(stdout, incident_text_paint(state), state);
	fputs(json_find_bool(incident, "ended", false) ? "\n" : " (open)\n", stdout);
	fputs("machine   ", stdout);
	screen_put(stdout, json_find_string(incident, "machine"));
	fputs(", ", stdout);
	screen_put(stdout, json_find_string(incident, "instance_id"));
	fputs("\nasked by  ", stdout);
	screen_put(stdout, json_find_string(incident, "requested_by"));
	if (reason) {
		fputs("\nreason    ", stdout);
		screen_put(stdout, reason);
	}
	fputc('\n', stdout);
}

/* The names of what was kept; what it holds is for --json and for programs. */
static void put_evidence(const json_t *incident)
{
	const json_t *evidence = json_find_object(incident, "evidence");
	const char *separator = "";

	if (!json_object_size(evidence))
		return;
	fputs("evidence  ", stdout);
	for (void *at = json_object_iter((json_t *)evidence); at;
	     at = json_object_iter_next((json_t *)evidence, at)) {
		fputs(separator, stdout);
		screen_put(stdout, json_object_iter_key(at));
		separator = ", ";
	}
	fputs(" (kept before the interrupt; --json shows them)\n", stdout);
}

static bool run(const struct call *call, int *status, struct dint_error *err)
{
	CLEANUP(json_decref_ptr) json_t *incident = NULL;
	CLEANUP(client_done) struct client client;

	(void)status;
	client_init(&client, call->socket);
	if (!client_call(&client, "incident", json_pack("{s:s}", "id", call->arguments[0]),
			 &incident, err))
		return false;
	if (options_given(call, "json"))
		return screen_json(incident, err);
	put_head(incident);
	put_evidence(incident);
	incident_text_outcome(incident, stdout);
	fputc('\n', stdout);
	incident_text_history(incident, stdout);
	if (json_find_bool(incident, "ended", false)) {
		fputc('\n', stdout);
		incident_text_next(incident, stdout);
	}
	return true;
}

const struct verb verb_incident = {
	.name = "incident",
	.summary = "shows one incident: its stages, its dumps and the verdict",
	.arguments = {{"ID", "its id, a beginning of it that is unique, or \"last\"", KIND_INCIDENT,
		       false}},
	.options = {{.name = "json", .summary = "the answer as JSON"}},
	.examples = {{"dint incident last", NULL}},
	.run = run,
};
