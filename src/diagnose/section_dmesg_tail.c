/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report's "dmesg_tail": the last records of the kernel log, oldest first. */
#include <inttypes.h>

#include "diagnose/report_internal.h"
#include "rows/dmesg.h"

void section_dmesg_tail(struct report *report, struct json_writer *w)
{
	const struct log_facts *log = &report->log;

	json_open_array(w, "dmesg_tail");
	for (size_t i = 0; i < log->tail_count; i++)
		dmesg_put_record(w, &log->tail[(log->tail_start + i) % LOG_TAIL_RECORDS]);
	json_close(w);
	if (!log->read)
		gaps_add(&report->gaps, "dmesg_tail", "%s",
			 report->kernel ? log->why : report->why_no_kernel);
	else if (log->lost)
		gaps_add(&report->gaps, "dmesg_tail",
			 "%" PRIu64 " records of the log could not be read", log->lost);
}
