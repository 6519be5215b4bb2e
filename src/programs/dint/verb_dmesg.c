/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint dmesg: dint-analyze writes the rows. */
#include "base/cleanup.h"
#include "programs/dint/analyze.h"
#include "programs/dint/options.h"
#include "programs/dint/source.h"

static bool run(const struct call *call, int *status, struct dint_error *err)
{
	CLEANUP(source_done) struct source source = {.fd = -1};
	const char *options[ANALYZE_OPTIONS_MAX + 1] = {0};
	size_t n = 0;

	if (!source_find(call, call->arguments[0], &source, err))
		return false;
	if (options_given(call, "json"))
		options[n++] = "--json";
	if (options_given(call, "style")) {
		options[n++] = "--style";
		options[n++] = options_value(call, "style");
	}
	return analyze_run("dmesg", &source, options, status, err);
}

const struct verb verb_dmesg = {
	.name = "dmesg",
	.summary = "prints the kernel's log out of a dump",
	.details = "Needs no debug symbols. Control characters are shown as \\xNN.",
	.arguments = {{"DUMP", "a file, or an incident: its id, a unique beginning, or \"last\"",
		       KIND_DUMP, false}},
	.options =
		{
			{.name = "style",
			 .value = "STYLE",
			 .summary = "as the kernel prints it (kernel), or as makedumpfile "
				    "--dump-dmesg does (makedumpfile)",
			 .choices = "kernel makedumpfile"},
			{.name = "json",
			 .summary = "a list of {time_s, level, facility, caller, text}"},
		},
	.examples = {{"dint dmesg /var/crash/202601020304/dump.202601020304", NULL},
		     {"dint dmesg last --json", NULL}},
	.about_dump = true,
	.run = run,
};
