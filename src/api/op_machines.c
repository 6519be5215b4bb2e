/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machines: what dintd watches, and how each of them is. */
#include <string.h>

#include "api/operations.h"

static json_t *check_json(const struct channel_check *check)
{
	static const char *const states[] = {"ok", "warning", "failed", "unknown"};
	json_t *value = check->value == CHANNEL_VALUE_UNKNOWN ? json_null()
							      : json_integer(check->value);

	return json_pack("{s:s, s:b, s:s, s:o, s:s}", "name", check->name, "ok",
			 check->state != CHANNEL_CHECK_FAILED, "state", states[check->state],
			 "value", value, "words", check->words);
}

static json_t *readiness_json(const struct watch *w)
{
	const struct channel_readiness *r = w->readiness;
	json_t *checks = json_array();

	if (!r) {
		json_decref(checks);
		return json_null();
	}
	for (unsigned i = 0; i < r->n_checks; i++)
		json_array_append_new(checks, check_json(&r->checks[i]));
	return json_pack("{s:b, s:o, s:s, s:s, s:s, s:o}", "ready", channel_readiness_ready(r),
			 "checks", checks, "kernel", r->kernel, "hostname", r->host_name, "version",
			 r->version, "asked_at", api_time(w->readiness_us));
}

static json_t *machine_json(const struct watch *w)
{
	struct dint_error why;
	bool reachable = machine_reachable(w->machine, &why);
	bool open = w->state != STATE_NONE && !state_ends(w->state);
	const char *problem = *w->problem ? w->problem : why.message;

	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o}", "name",
			 w->config->name, "instance_id", w->instance_id, "driver",
			 w->config->driver, "address", w->config->address, "reachable", reachable,
			 "state", api_string_or_null(*w->run_state ? w->run_state : NULL), "since",
			 api_time(w->since_us), "problem",
			 api_string_or_null(reachable ? NULL : problem), "readiness",
			 readiness_json(w), "incident",
			 api_string_or_null(open ? w->row.id : NULL));
}

static void run(struct api_call *call, const json_t *args)
{
	json_t *machines = json_array();

	(void)args;
	for (size_t i = 0; i < call->site->count; i++)
		json_array_append_new(machines, machine_json(call->site->watches[i]));
	api_answer(call, machines, -1);
}

static const struct api_argument arguments[] = {{0}};

const struct api_operation op_machines = {
	.name = "machines",
	.method = "GET",
	.path = "/machines",
	.result = "[]Machine",
	.permission = "dint:ListMachines",
	.summary = "the machines under watch, their state and readiness",
	.arguments = arguments,
	.run = run,
};
