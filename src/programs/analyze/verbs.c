/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of verbs about a dump as a whole, and what they share. */
#include "programs/analyze/verb.h"

#include "dump/dump.h"
#include "kernel/debuginfo.h"

const struct analyze_verb *const analyze_verbs[] = {
	&analyze_info,
	&analyze_report,
	&analyze_plain,
	NULL,
};

bool analyze_open_dump(struct analyze *analyze, struct dump **dump, struct dint_error *err)
{
	if (!dump_open_parts(analyze->fds, analyze->n_fds, &analyze->tools, dump, err))
		return false;
	switch (dump_facts(*dump)->completeness) {
	case DUMP_COMPLETE:
		break;
	case DUMP_INCOMPLETE:
		buffer_add_text(
			analyze->out.warnings,
			"the dump is incomplete: its target was full when it was written\n");
		break;
	case DUMP_PARTS_MISSING:
		buffer_add_text(analyze->out.warnings,
				"parts of the split dump were not given: --part FILE for each\n");
		break;
	case DUMP_TRUNCATED:
		buffer_add_text(analyze->out.warnings,
				"the dump is truncated: the file ends before its pages do\n");
		break;
	}
	return true;
}

bool analyze_open_kernel(struct analyze *analyze, struct dump *dump, struct kernel **out,
			 struct dint_error *err)
{
	CLEANUP(kernel_close_ptr) struct kernel *kernel = NULL;

	if (!kernel_open(dump, &kernel, err))
		return false;
	if (analyze->debuginfo && !debuginfo_attach(analyze->debuginfo, kernel, err))
		return dint_within(err, "--debuginfo");
	*out = TAKE(kernel);
	return true;
}
