/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint bt: dint-analyze writes the rows. */
#include "programs/dint/analyze.h"

const struct verb verb_bt = {
	.name = "bt",
	.summary = "prints stacks: of tasks, of all that are blocked, of the CPUs",
	.details =
		"Without a PID it prints what each CPU was doing. Frames come from the unwind "
		"tables or frame pointers of the kernel itself and need no debug symbols; where a "
		"trail is lost, the last line says why. A word may also be the address of a "
		"task_struct; 0 is all idle tasks.\n\n"
		"After a panic each CPU is in what stopped it; what it did before is below the "
		"line \"interrupted\".",
	.arguments = {{"DUMP", "a file, or an incident: its id, a unique beginning, or \"last\"",
		       KIND_DUMP, false},
		      {"PID", "a task", KIND_WORD, true, true}},
	.options =
		{
			{.name = "all-cpus", .summary = "of every CPU"},
			{.name = "blocked",
			 .summary = "of every task in uninterruptible sleep, killable or not"},
			{.name = "json",
			 .summary = "of tasks a list of {pid, tgid, comm, state, raw_state, cpu, "
				    "on_cpu, stack}, of CPUs of {cpu, pid, comm, interrupts, "
				    "stack}"},
		},
	.examples = {{"dint bt last", "what each CPU was doing"},
		     {"dint bt last --blocked", "everybody who waits"},
		     {"dint bt ./vmcore 1 412 --json", NULL}},
	.about_dump = true,
	.run = analyze_pass,
};
