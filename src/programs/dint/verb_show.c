/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint show: dint-analyze writes the object. */
#include "programs/dint/analyze.h"

const struct verb verb_show = {
	.name = "show",
	.summary = "prints an object of the kernel's memory, by its type",
	.details =
		"Types come from the BTF that the kernel and its modules carry; no debug symbols "
		"are needed. TYPE is as in C (\"struct task_struct\", \"list_head\", \"unsigned "
		"long "
		"[4]\"), \"ext4:ext4_inode_info\" for a module's own, and with a path behind it "
		"one "
		"member: task_struct.se.load. Of the better known global variables the type is "
		"known "
		"and TYPE may be left out.\n\n"
		"Enumerators are shown by name, arrays of char as text, pointers with the symbol "
		"that "
		"they lead to; equal elements of an array once, with their number. What the dump "
		"does "
		"not hold is said in its place.",
	.arguments = {{"DUMP", "a file, or an incident: its id, a unique beginning, or \"last\"",
		       KIND_DUMP, false},
		      {"TYPE", "a type, or a global variable of which it is known", KIND_WORD,
		       false},
		      {"ADDRESS|SYMBOL", "0xffff9d5f43a2c000, init_task, runqueues:0 (of CPU 0)",
		       KIND_WORD, true}},
	.options = {{.name = "json", .summary = "{address, type, value}"}},
	.examples = {{"dint show last task_struct init_task", NULL},
		     {"dint show last runqueues:0", "a global variable"},
		     {"dint show last task_struct.comm 0xffff9d5f43a2c000 --json", NULL}},
	.about_dump = true,
	.run = analyze_pass,
};
