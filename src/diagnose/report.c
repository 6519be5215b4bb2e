/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing a report: the facts first, then section by section. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "diagnose/report_internal.h"

static const struct {
	void (*write)(struct report *report, struct json_writer *w);
	bool in_info; /* part of dint info */
} sections[] = {
	{section_dump, true},	     {section_kernel, true},  {section_panic, true},
	{section_verdict, false},    {section_cpus, false},   {section_blocked, false},
	{section_tasks, false},	     {section_memory, false}, {section_modules, false},
	{section_dmesg_tail, false},
};

static void report_done(struct report *report)
{
	if (report->has_said)
		vmcoreinfo_done(&report->said);
	if (report->has_rows)
		stack_rows_done(&report->rows);
	log_facts_done(&report->log);
	gaps_done(&report->gaps);
}

/* CRASHTIME, else the file's time stamp, which makedumpfile takes from it. */
static void find_crash_time(struct report *report)
{
	const struct vmcoreinfo *info = report->kernel ? kernel_vmcoreinfo(report->kernel)
						       : &report->said;
	const char *text = vmcoreinfo_text(info, "CRASHTIME");
	uint64_t limit = (uint64_t)1 << 40; /* no year that ISO 8601 would need a sign for */

	report->crash_time_s = text ? strtoull(text, NULL, 10)
				    : dump_facts(report->dump)->timestamp_s;
	if (report->crash_time_s > limit)
		report->crash_time_s = 0;
	report->crashed = report->crash_time_s != 0;
}

static void warn(const struct report *report, struct buffer *warnings)
{
	if (!report->kernel)
		buffer_printf(warnings, "the kernel could not be opened: %s\n",
			      report->why_no_kernel);
	else if (!kernel_paging(report->kernel)->walked)
		buffer_add_text(warnings, "the kernel's page tables are not in the dump: only what "
					  "lies in its image can be read\n");
	if (report->log.lost)
		buffer_printf(warnings, "%" PRIu64 " records of the kernel log could not be read\n",
			      report->log.lost);
}

/* What the stacks of CPUs and tasks need. */
static void open_rows(struct report *report)
{
	struct dint_error err;

	if (report->kernel && stack_rows_open(report->kernel, &report->rows, &err))
		report->has_rows = true;
	else
		snprintf(report->why_no_rows, sizeof(report->why_no_rows), "%s",
			 report->kernel ? err.message : report->why_no_kernel);
}

/* Finds what the sections tell. */
static void gather(struct report *report)
{
	const struct dump_facts *facts = dump_facts(report->dump);
	struct dint_error ignored;

	if (report->kernel)
		log_facts_read(report->kernel, &report->log);
	else if (facts->vmcoreinfo)
		report->has_said = vmcoreinfo_parse(facts->vmcoreinfo, facts->vmcoreinfo_bytes,
						    &report->said, &ignored);
	find_crash_time(report);
}

void report_write(struct dump *dump, struct kernel *kernel, const char *why_no_kernel,
		  enum report_extent extent, const struct clock *clock, uint64_t started_us,
		  struct json_writer *w, struct buffer *warnings)
{
	CLEANUP(report_done) struct report report = {.dump = dump, .kernel = kernel};
	uint64_t opened_us = clock->monotonic_us(clock);

	report.why_no_kernel = why_no_kernel ? why_no_kernel : "no kernel";
	gather(&report);
	warn(&report, warnings);
	uint64_t gathered_us = clock->monotonic_us(clock);

	if (extent == REPORT_WHOLE)
		open_rows(&report);

	json_open_object(w, NULL);
	if (extent == REPORT_WHOLE) {
		json_put_u64(w, "schema", REPORT_SCHEMA);
		json_put_string(w, "dint", DINT_VERSION);
	}
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		if (extent == REPORT_WHOLE || sections[i].in_info)
			sections[i].write(&report, w);
	gaps_put(&report.gaps, w);
	if (extent == REPORT_WHOLE) {
		json_open_object(w, "timing_ms");
		json_put_micros(w, "open", (opened_us - started_us) * 1000);
		json_put_micros(w, "log", (gathered_us - opened_us) * 1000);
		json_put_micros(w, "total", (clock->monotonic_us(clock) - started_us) * 1000);
		json_close(w);
	}
	json_close(w);
}
