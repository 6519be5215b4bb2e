/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report: what an incident's dump says. */
#include <string.h>

#include "api/operations.h"
#include "base/cleanup.h"
#include "store/incidents.h"
#include "json/json.h"

static bool read_report(struct api_call *call, const char *id, json_t **out, struct dint_error *err)
{
	CLEANUP(incident_row_done) struct incident_row row = {0};

	if (!incident_find(call->site->store, id, &row, err))
		return false;
	if (!row.report)
		return dint_fail(err, DINT_NOT_FOUND, "%s has no report: it is %s", row.id,
				 row.state);
	*out = json_loads(row.report, 0, NULL);
	if (!*out)
		return dint_fail(err, DINT_CORRUPT, "%s: the stored report is no JSON", row.id);
	return true;
}

static void run(struct api_call *call, const json_t *args)
{
	struct dint_error err;
	json_t *report;

	if (read_report(call, json_find_string(args, "id"), &report, &err))
		api_answer(call, report, -1);
	else
		api_refuse(call, &err);
}

static const struct api_argument arguments[] = {
	{"id", API_STRING, true, "the incident's id, a unique beginning of it, or \"last\""},
	{0},
};

const struct api_operation op_report = {
	.name = "report",
	.method = "GET",
	.path = "/incidents/{id}/report",
	.result = "any",
	.permission = "dint:GetReport",
	.about = API_ABOUT_INCIDENT,
	.secret = true,
	.summary = "what an incident's dump says (docs/report.schema.json)",
	.arguments = arguments,
	.run = run,
};
