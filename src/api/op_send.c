/* SPDX-License-Identifier: GPL-2.0-or-later */
/* send: interrupt a machine, or join the incident that is open. */
#include "api/operations.h"
#include "base/fault.h"
#include "incident/request.h"
#include "json/json.h"

/* Answers also a caller who has gone: the answer is what frees the call. */
static void told(void *arg, const struct incident_row *row, bool joined,
		 const struct dint_error *err)
{
	struct api_call *call = arg;

	if (err) {
		api_refuse(call, err);
		return;
	}
	fault_point("send: durable, before the answer");
	api_answer(call,
		   json_pack("{s:s, s:b, s:s, s:s}", "incident", row->id, "joined", joined, "state",
			     row->state, "machine", row->machine),
		   -1);
}

static void run(struct api_call *call, const json_t *args)
{
	const char *machine = json_find_string(args, "machine");
	struct watch *w = site_find(call->site, machine);
	struct dint_error err;

	if (!w) {
		dint_error_set(&err, DINT_NOT_FOUND,
			       "no machine '%.64s' is configured ('dint machines' lists them)",
			       machine);
		api_refuse(call, &err);
		return;
	}
	request_send(w, json_find_bool(args, "again", false), call->caller,
		     json_find_string(args, "reason"), told, call);
}

static const struct api_argument arguments[] = {
	{"machine", API_STRING, true, "its name or instance id"},
	{"reason", API_STRING, false, "kept with the incident"},
	{"again", API_BOOL, false, "also where an earlier NMI may have been sent"},
	{0},
};

const struct api_operation op_send = {
	.name = "send",
	.method = "POST",
	.path = "/machines/{machine}/send",
	.result = "Sent",
	.permission = "dint:Send",
	.about = API_ABOUT_MACHINE,
	.changes = true,
	.summary = "send the diagnostic interrupt, or join the incident that is open",
	.arguments = arguments,
	.run = run,
};
