/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint machines: a line a machine, and below the table what is wrong with whom. */
#include <string.h>

#include "base/cleanup.h"
#include "programs/dint/client.h"
#include "programs/dint/options.h"
#include "programs/dint/screen.h"
#include "json/json.h"

static const char *ready_word(const json_t *readiness)
{
	if (!readiness)
		return "unknown";
	return json_find_bool(readiness, "ready", false) ? "ready" : "not ready";
}

static void add_machine(struct table *table, const json_t *machine)
{
	const json_t *readiness = json_find_object(machine, "readiness");
	const char *state = json_find_string(machine, "state");

	table_add(table, json_find_string(machine, "name"));
	table_add(table, json_find_string(machine, "instance_id"));
	table_add(table, json_find_string(machine, "driver"));
	table_add(table, json_find_bool(machine, "reachable", false) ? state : "unreachable");
	table_add(table, ready_word(readiness));
	table_add(table, json_find_string(readiness, "kernel"));
	table_add(table, json_find_string(machine, "incident"));
}

static void put_trouble(const char *name, const char *what, const char *words)
{
	screen_paint(stdout, PAINT_BAD, name);
	fputs(": ", stdout);
	if (what) {
		screen_put(stdout, what);
		fputs(": ", stdout);
	}
	screen_put(stdout, words);
	fputc('\n', stdout);
}

static bool is_warning(const json_t *check)
{
	const char *state = json_find_string(check, "state");

	return state && !strcmp(state, "warning");
}

static void put_troubles(const json_t *machine)
{
	const char *name = json_find_string(machine, "name");
	const json_t *checks = json_find_array(json_find_object(machine, "readiness"), "checks");

	if (json_find_string(machine, "problem"))
		put_trouble(name, NULL, json_find_string(machine, "problem"));
	for (size_t i = 0; i < json_array_size(checks); i++) {
		const json_t *check = json_array_get(checks, i);

		if (!json_find_bool(check, "ok", true) || is_warning(check))
			put_trouble(name, json_find_string(check, "name"),
				    json_find_string(check, "words"));
	}
}

static void put_machines(const json_t *machines)
{
	static const char *const headings[] = {"NAME",	     "INSTANCE", "DRIVER",   "STATE",
					       "CRASH DUMP", "KERNEL",	 "INCIDENT", NULL};
	CLEANUP(table_done) struct table table = {0};

	if (!json_array_size(machines)) {
		fputs("dintd knows no machine: give it a [machine NAME] section\n", stderr);
		return;
	}
	table_init(&table, headings);
	for (size_t i = 0; i < json_array_size(machines); i++)
		add_machine(&table, json_array_get(machines, i));
	table_print(&table, stdout);
	for (size_t i = 0; i < json_array_size(machines); i++)
		put_troubles(json_array_get(machines, i));
}

static bool run(const struct call *call, int *status, struct dint_error *err)
{
	CLEANUP(json_decref_ptr) json_t *machines = NULL;
	CLEANUP(client_done) struct client client;

	(void)status;
	client_init(&client, call->socket);
	if (!client_call(&client, "machines", json_object(), &machines, err))
		return false;
	if (options_given(call, "json"))
		return screen_json(machines, err);
	put_machines(machines);
	return true;
}

const struct verb verb_machines = {
	.name = "machines",
	.summary = "lists the machines and whether they are ready for an interrupt",
	.details = "The state is the hypervisor's word: a hung machine is \"running\". Whether a "
		   "crash "
		   "dump would come of an interrupt is what dint-guest last said from inside the "
		   "machine; \"unknown\" where it never spoke.",
	.options = {{.name = "json", .summary = "the answer as JSON"}},
	.examples = {{"dint machines", NULL}},
	.run = run,
};
