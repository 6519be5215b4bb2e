/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report's "memory" and "modules": behind symbols and types. */
#include "diagnose/report_internal.h"

static const struct {
	const char *field;
	bool list; /* empty where unknown; else null */
} fields[] = {
	{"memory", false},
	{"modules", true},
};

void section_machine(struct report *report, struct json_writer *w)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (fields[i].list) {
			json_open_array(w, fields[i].field);
			json_close(w);
		} else {
			json_put_null(w, fields[i].field);
		}
		gaps_add(&report->gaps, fields[i].field, NEEDS_SYMBOLS);
	}
}
