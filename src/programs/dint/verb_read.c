/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint read: dint-analyze writes the rows. */
#include "programs/dint/analyze.h"

const struct verb verb_read = {
	.name = "read",
	.summary = "prints the kernel's memory, in words of 8 bytes",
	.details = "Words that are not in the dump are shown as dashes, with the reason: filtered "
		   "out, "
		   "not mapped, no such RAM.",
	.arguments = {{"DUMP", "a file, or an incident: its id, a unique beginning, or \"last\"",
		       KIND_DUMP, false},
		      {"ADDRESS|SYMBOL", "0xffffffff81000000, init_task, runqueues:0 (of CPU 0)",
		       KIND_WORD, false},
		      {"WORDS", "how many; 1 unless said", KIND_WORD, true}},
	.options =
		{
			{.name = "physical", .summary = "the address is a physical one"},
			{.name = "json", .summary = "a list of {address, words, why}"},
		},
	.examples = {{"dint read last linux_banner 16", NULL},
		     {"dint read ./vmcore 0x1000 64 --physical", NULL}},
	.about_dump = true,
	.run = analyze_pass,
};
