/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report's "verdict". Without stacks and locks nothing can be proven, and nothing is. */
#include "diagnose/report_internal.h"

static void put_empty(struct json_writer *w, const char *key)
{
	json_open_array(w, key);
	json_close(w);
}

static void put_next_steps(const struct report *report, struct json_writer *w)
{
	json_open_array(w, "next_steps");
	if (report->log.read)
		json_put_string(w, NULL, "read the kernel log: dint dmesg DUMP");
	json_close(w);
}

void section_verdict(struct report *report, struct json_writer *w)
{
	json_open_object(w, "verdict");
	json_put_string(w, "class", "undetermined");
	json_put_string(w, "confidence", "none");
	json_put_string(w, "summary", "What hung the machine is not determined.");
	put_empty(w, "culprits");
	put_empty(w, "victims");
	put_empty(w, "evidence");
	put_next_steps(report, w);
	put_empty(w, "findings");
	json_open_array(w, "not_determined");
	json_put_string(w, NULL, "who waits for whom");
	json_close(w);
	json_put_null(w, "bucket");
	json_close(w);
	gaps_add(&report->gaps, "verdict", NOT_DETERMINED);
	gaps_add(&report->gaps, "verdict.bucket", "no verdict");
}
