/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint send: says what it will do, asks, sends, and follows what comes of it. */
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "programs/dint/client.h"
#include "programs/dint/follow.h"
#include "programs/dint/incident_text.h"
#include "programs/dint/options.h"
#include "programs/dint/screen.h"
#include "json/json.h"

static const char warning[] =
	"its kernel panics, everything that runs on it is lost, and this cannot be undone";
static const char warning_again[] =
	"an interrupt that was sent before may have reached it: a second one can destroy the dump "
	"that the first is writing";

static void put_warning(const struct call *call)
{
	fputs("dint: a diagnostic interrupt to ", stderr);
	screen_put(stderr, call->arguments[0]);
	fprintf(stderr, ": %s\n", warning);
	if (options_given(call, "again"))
		fprintf(stderr, "dint: %s\n", warning_again);
}

/* Shows what is known of the machine; that it cannot be asked stops nobody, the send will say. */
static void put_readiness(struct client *client, const char *name)
{
	CLEANUP(json_decref_ptr) json_t *machines = NULL;
	struct dint_error ignored;

	if (!client_call(client, "machines", json_object(), &machines, &ignored))
		return;
	for (size_t i = 0; i < json_array_size(machines); i++) {
		const json_t *machine = json_array_get(machines, i);
		const json_t *readiness = json_find_object(machine, "readiness");
		const char *own = json_find_string(machine, "name");
		const char *id = json_find_string(machine, "instance_id");

		if ((!own || strcmp(own, name) != 0) && (!id || strcmp(id, name) != 0))
			continue;
		if (json_find_string(machine, "incident"))
			fputs("dint: it has an open incident, which this joins\n", stderr);
		else if (!readiness)
			fputs("dint: whether it is ready to write a crash dump is not known\n",
			      stderr);
		else if (!json_find_bool(readiness, "ready", false))
			fputs("dint: it is not ready to write a crash dump (dint machines)\n",
			      stderr);
	}
}

static bool confirmed(const char *name, struct dint_error *err)
{
	char line[16] = "";

	fputs("Send it to ", stderr);
	screen_put(stderr, name);
	fputs("? [y/N] ", stderr);
	fflush(stderr);
	if (!fgets(line, sizeof(line), stdin))
		fputc('\n', stderr);
	line[strcspn(line, "\r\n")] = '\0';
	if (!strcasecmp(line, "y") || !strcasecmp(line, "yes"))
		return true;
	return dint_fail(err, DINT_BAD_REQUEST, "not confirmed: nothing was sent");
}

static bool agree(const struct call *call, struct client *client, struct dint_error *err)
{
	if (options_given(call, "yes")) {
		put_warning(call);
		return true;
	}
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return dint_fail(
			err, DINT_BAD_REQUEST,
			"nothing was sent: without a terminal to ask on, --yes is needed: %s",
			warning);
	put_warning(call);
	put_readiness(client, call->arguments[0]);
	return confirmed(call->arguments[0], err);
}

static bool send_it(const struct call *call, struct client *client, json_t **sent,
		    struct dint_error *err)
{
	json_t *args = json_pack("{s:s, s:s*}", "machine", call->arguments[0], "reason",
				 options_value(call, "reason"));
	const char *id;

	if (args && options_given(call, "again"))
		json_object_set_new(args, "again", json_true());
	if (!client_call(client, "send", args, sent, err)) {
		if (client->fd < 0 && client->was_asked)
			return dint_within(err, "whether dintd took the request is not known (dint "
						"incidents tells)");
		return false;
	}
	if (!json_get_string(*sent, "incident", &id, err)) {
		err->code = DINT_UNREACHABLE;
		return dint_within(err, "dintd's answer");
	}
	return true;
}

static void put_sent(const json_t *sent, FILE *file)
{
	bool joined = json_find_bool(sent, "joined", false);

	screen_put(file, json_find_string(sent, "incident"));
	fputs(joined ? ": joined, no further interrupt is sent; " : ": opened; ", file);
	screen_put(file, json_find_string(sent, "machine"));
	fputs(" is at: ", file);
	screen_put(file, json_find_string(sent, "state"));
	fputc('\n', file);
}

static bool watch(const struct call *call, struct client *client, const json_t *sent,
		  uint64_t patience_ms, int *status, struct dint_error *err)
{
	CLEANUP(json_decref_ptr) json_t *incident = NULL;

	put_sent(sent, stderr);
	fputs("(an interrupted wait changes nothing: the incident goes on)\n", stderr);
	if (!follow_incident(client, json_find_string(sent, "incident"), patience_ms, &incident,
			     err))
		return false;
	*status = follow_status(incident);
	if (options_given(call, "json"))
		return screen_json(incident, err);
	screen_put(stdout, json_find_string(incident, "id"));
	fputs(": ", stdout);
	screen_paint(stdout, incident_text_paint(json_find_string(incident, "state")),
		     json_find_string(incident, "state"));
	fputc('\n', stdout);
	incident_text_outcome(incident, stdout);
	incident_text_next(incident, stdout);
	return true;
}

static bool run(const struct call *call, int *status, struct dint_error *err)
{
	const char *patience = options_value(call, "patience");
	CLEANUP(json_decref_ptr) json_t *sent = NULL;
	CLEANUP(client_done) struct client client;
	uint64_t patience_ms;

	client_init(&client, call->socket);
	if (!text_duration(patience ? patience : "2m", &patience_ms, err))
		return dint_within(err, "--patience");
	if (!agree(call, &client, err) || !send_it(call, &client, &sent, err))
		return false;
	if (options_given(call, "wait"))
		return watch(call, &client, sent, patience_ms, status, err);
	if (options_given(call, "json"))
		return screen_json(sent, err);
	put_sent(sent, stdout);
	fputs("follow it: dint incident ", stdout);
	screen_put(stdout, json_find_string(sent, "incident"));
	fputc('\n', stdout);
	return true;
}

const struct verb verb_send = {
	.name = "send",
	.summary = "sends a machine the diagnostic interrupt: it crashes, and leaves a dump",
	.details = "The non-maskable interrupt makes the machine's kernel panic. Prepared for it, "
		   "it writes "
		   "a crash dump, which dintd brings to safety and analyses. This cannot be "
		   "undone. On a "
		   "terminal it is asked for; elsewhere --yes is needed.\n\n"
		   "A machine whose last interrupt is still being followed up is never sent "
		   "another: the "
		   "request joins the open incident.\n\n"
		   "With --wait the exit status says what came of it: 0 the dump is safe and "
		   "analysed, 4 it "
		   "is safe and cannot be read, 6 every other end.",
	.arguments = {{"MACHINE", "its name or its instance id (dint machines)", KIND_MACHINE,
		       false}},
	.options =
		{
			{.name = "reason",
			 .value = "TEXT",
			 .summary = "why; kept with the incident"},
			{.name = "yes", .letter = 'y', .summary = "does not ask"},
			{.name = "wait",
			 .letter = 'w',
			 .summary = "follows the incident to its end, and says what came of it"},
			{.name = "patience",
			 .value = "TIME",
			 .summary = "how long --wait bears a dintd that went away (2m)"},
			{.name = "again",
			 .summary = "sends although an earlier one may have arrived (an uncertain "
				    "incident): that can destroy the dump it is writing"},
			{.name = "json",
			 .summary = "the answer as JSON; with --wait, the incident"},
		},
	.examples = {{"dint send web1 --wait --reason 'ssh and console are dead'", NULL},
		     {"dint send i-0123456789abcdef0 --yes --json", "in a script"}},
	.run = run,
};
