/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint info: which kernel a dump is of, how it died, and what the file holds. */
#include "programs/dint/document.h"
#include "report/report.h"

static bool run(const struct call *call, int *status, struct dint_error *err)
{
	return document_show(call, report_render_info, status, err);
}

const struct verb verb_info = {
	.name = "info",
	.summary = "says which kernel a dump is of, how it died, and what the file holds",
	.details = "Needs no debug symbols and reads little of the file. What could not be read is "
		   "said, with the reason.",
	.arguments = {{"DUMP", "a file, or an incident: its id, a unique beginning, or \"last\"",
		       KIND_DUMP, false}},
	.options = {{.name = "json", .summary = "the answer as JSON"}},
	.examples = {{"dint info /var/crash/202601020304/dump.202601020304", NULL}},
	.about_dump = true,
	.run = run,
};
