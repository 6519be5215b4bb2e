/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint modules: dint-analyze writes the rows. */
#include "programs/dint/analyze.h"

const struct verb verb_modules = {
	.name = "modules",
	.summary = "lists the modules that were loaded, the last one first",
	.details = "Needs no debug symbols. Taints are the letters of /proc/modules: O out of the "
		   "kernel's tree, E unsigned, P proprietary.",
	.arguments = {{"DUMP", "a file, or an incident: its id, a unique beginning, or \"last\"",
		       KIND_DUMP, false}},
	.options = {{.name = "json",
		     .summary = "a list of {name, address, size, taints, version, srcversion, "
				"state, module}"}},
	.examples = {{"dint modules last", NULL}},
	.about_dump = true,
	.run = analyze_pass,
};
