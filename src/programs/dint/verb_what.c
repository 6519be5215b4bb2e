/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint what: dint-analyze writes the rows. */
#include "programs/dint/analyze.h"

const struct verb verb_what = {
	.name = "what",
	.summary = "says what an address is: symbol, module, stack, task, slab object, page",
	.details = "All that it can be is said, a line each: the symbol that it lies in, or the "
		   "per-CPU "
		   "variable and its CPU; the module; the task on whose stack or in whose "
		   "task_struct it is; the object of a slab cache (in use or free); the page, and "
		   "whether the dump has it.",
	.arguments = {{"DUMP", "a file, or an incident: its id, a unique beginning, or \"last\"",
		       KIND_DUMP, false},
		      {"ADDRESS|SYMBOL", "0xffff9d5f43a2c000, schedule+0x10, runqueues:0",
		       KIND_WORD, false}},
	.options = {{.name = "json", .summary = "a list of {kind, ...}"}},
	.examples = {{"dint what last 0xffff9d5f43a2c0a8", NULL}},
	.about_dump = true,
	.run = analyze_pass,
};
