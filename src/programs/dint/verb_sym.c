/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint sym: dint-analyze writes the rows. */
#include "programs/dint/analyze.h"

const struct verb verb_sym = {
	.name = "sym",
	.summary = "says which symbol an address is in, and where a symbol is",
	.details = "Symbols come from the kernel's own table, from those of its modules and from "
		   "its lists of BPF programs and trampolines; no debug symbols are needed. A name "
		   "may be \"module:name\". Sizes are up to the next symbol, but those of modules, "
		   "which are exact.",
	.arguments = {{"DUMP", "a file, or an incident: its id, a unique beginning, or \"last\"",
		       KIND_DUMP, false},
		      {"ADDRESS|NAME",
		       "0xffffffff81000000, schedule, schedule+0x10, ext4:ext4_sops", KIND_WORD,
		       false, true}},
	.options = {{.name = "json",
		     .summary = "a list of {address, symbol, offset, size, size_is_exact, module, "
				"type}"}},
	.examples = {{"dint sym last schedule", NULL},
		     {"dint sym ./vmcore ffffffff81234567", NULL}},
	.about_dump = true,
	.run = analyze_pass,
};
