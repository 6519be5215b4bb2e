/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint-analyze info, report: the report's JSON, in part or whole. */
#include "base/cleanup.h"
#include "diagnose/diagnose.h"
#include "programs/analyze/verb.h"

/* A dump whose kernel cannot be opened still has facts worth telling. */
static bool write_report(struct analyze *analyze, enum report_extent extent, struct dint_error *err)
{
	CLEANUP(dump_close_ptr) struct dump *dump = NULL;
	CLEANUP(kernel_close_ptr) struct kernel *kernel = NULL;
	struct dint_error no_kernel = {0};
	struct json_writer w;

	if (!analyze_open_dump(analyze, &dump, err))
		return false;
	if (!analyze_open_kernel(analyze, dump, &kernel, &no_kernel)) {
		if (analyze->debuginfo) {
			*err = no_kernel;
			return false;
		}
		if (dump_facts(dump)->guessed)
			return dint_fail(
				err, DINT_UNSUPPORTED,
				"not a dump that we know, and no kernel of Linux in it as a raw "
				"image of memory");
	}
	if (kernel && kernel_others(kernel) > 0)
		buffer_add_text(
			analyze->out.warnings,
			"the dump holds several kernels, as while one captures another; this "
			"is about the one that crashed, or that captures none\n");
	json_writer_init(&w, analyze->out.text, analyze->out.fd);
	report_write(dump, kernel, no_kernel.message, extent, &system_clock, analyze->started_us,
		     &w, analyze->out.warnings);
	return json_writer_end(&w, err);
}

static bool info_run(struct analyze *analyze, struct dint_error *err)
{
	return write_report(analyze, REPORT_INFO, err);
}

static bool report_run(struct analyze *analyze, struct dint_error *err)
{
	return write_report(analyze, REPORT_WHOLE, err);
}

const struct analyze_verb analyze_info = {
	.name = "info",
	.summary = "which machine, kernel and panic, and what kind of file, as JSON",
	.always_json = true,
	.run = info_run,
};

const struct analyze_verb analyze_report = {
	.name = "report",
	.summary = "the whole report, as JSON (docs/report.schema.json)",
	.always_json = true,
	.run = report_run,
};
