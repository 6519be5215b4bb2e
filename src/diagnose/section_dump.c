/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report's "dump": what file this is and how much of the machine is in it. */
#include "diagnose/report_internal.h"
#include "kernel/since_boot.h"

static const char *completeness_word(enum dump_completeness completeness)
{
	switch (completeness) {
	case DUMP_COMPLETE:
		return "complete";
	case DUMP_INCOMPLETE:
		return "incomplete";
	case DUMP_PARTS_MISSING:
		return "parts-missing";
	case DUMP_TRUNCATED:
		return "truncated";
	}
	return "unknown";
}

static void put_pages(const struct dump *dump, struct json_writer *w)
{
	struct dump_counts counts;

	dump_count(dump, &counts);
	json_open_object(w, "pages");
	json_put_u64(w, "ram", counts.ram);
	json_put_u64(w, "present", counts.present);
	json_put_u64(w, "excluded", counts.excluded);
	json_put_u64(w, "lost", counts.lost);
	json_close(w);
}

static void put_filter(struct report *report, struct json_writer *w)
{
	struct dint_error err = {0};
	bool too_old = false;

	if (report->kernel && filter_was_too_old(report->kernel, &too_old, &err)) {
		json_put_bool(w, "filter_too_old", too_old);
		return;
	}
	json_put_null(w, "filter_too_old");
	gaps_add(&report->gaps, "dump.filter_too_old", "%s",
		 report->kernel ? err.message : report->why_no_kernel);
}

void section_dump(struct report *report, struct json_writer *w)
{
	const struct dump_facts *facts = dump_facts(report->dump);

	json_open_object(w, "dump");
	json_put_string(w, "format", facts->format);
	json_put_string(w, "compression", facts->compression);
	json_put_string(w, "container", facts->container ? facts->container : "none");
	json_put_bool(w, "split", facts->split);
	json_put_u64(w, "size_bytes", facts->size_bytes);
	json_put_u64(w, "page_bytes", facts->page_bytes);
	put_pages(report->dump, w);
	json_put_string(w, "completeness", completeness_word(facts->completeness));
	if (facts->dump_level < 0)
		json_put_null(w, "dump_level");
	else
		json_put_i64(w, "dump_level", facts->dump_level);
	json_put_string(w, "writer", facts->writer);
	if (!facts->writer)
		gaps_add(&report->gaps, "dump.writer", "the file does not show what wrote it");
	json_put_bool(w, "erased", facts->erased);
	json_put_u64(w, "cpu_registers", facts->cpu_registers);
	if (facts->zero_unsure)
		gaps_add(&report->gaps, "dump.pages.excluded",
			 "in this format pages that were filtered out look like pages of zeros: "
			 "both read as zeros");
	put_filter(report, w);
	json_close(w);
}
