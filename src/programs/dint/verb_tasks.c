/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint tasks: dint-analyze writes the rows. */
#include "programs/dint/analyze.h"

const struct verb verb_tasks = {
	.name = "tasks",
	.summary = "lists every thread in a dump",
	.details = "The idle tasks come first, one for each CPU. A \">\" marks who was on a CPU. "
		   "The letter of the state is the kernel's own: R, S, D, T, t, X, Z, P, I.",
	.arguments = {{"DUMP", "a file, or an incident: its id, a unique beginning, or \"last\"",
		       KIND_DUMP, false}},
	.options =
		{
			{.name = "stacks", .summary = "each with its stack"},
			{.name = "group",
			 .summary = "each stack once, with the tasks that have it; the most "
				    "frequent first"},
			{.name = "json",
			 .summary = "a list of {pid, tgid, comm, state, raw_state, cpu, on_cpu}, "
				    "with --stacks also stack; with --group of {stack, tasks}"},
		},
	.examples = {{"dint tasks last", NULL},
		     {"dint tasks last --group", "where thousands of threads wait"},
		     {"dint tasks ./vmcore --stacks --json", NULL}},
	.about_dump = true,
	.run = analyze_pass,
};
