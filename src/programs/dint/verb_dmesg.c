/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint dmesg: dint-analyze writes the rows. */
#include "programs/dint/analyze.h"

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
	.run = analyze_pass,
};
