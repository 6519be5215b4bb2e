/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint report: the verdict on a dump, what it rests on, and what to do next. */
#include "programs/dint/document.h"
#include "report/report.h"

static bool run(const struct call *call, int *status, struct dint_error *err)
{
	return document_show(call, report_render_text, status, err);
}

const struct verb verb_report = {
	.name = "report",
	.summary = "says what hung the machine, and how one can tell",
	.details = "Reads the dump without debug symbols. A verdict says how sure it is; where the "
		   "dump does not tell, the report says so and gives the facts.",
	.arguments = {{"DUMP", "a file, or an incident: its id, a unique beginning, or \"last\"",
		       KIND_DUMP, false}},
	.options = {{.name = "json", .summary = "the report as JSON (docs/report.schema.json)"}},
	.examples = {{"dint report last", NULL}, {"dint report ./vmcore --json", NULL}},
	.about_dump = true,
	.run = run,
};
