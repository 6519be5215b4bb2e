/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What could not be determined, and why. */
#pragma once
#include "base/error.h"
#include "json/writer.h"

#define GAPS_MAX 64 /* one for each field of a report is fewer */

struct gap {
	const char *what; /* the field, "kernel.taints": a literal */
	char *why;
};

struct gaps {
	struct gap items[GAPS_MAX];
	size_t count;
};

void gaps_done(struct gaps *gaps);
/* One more than GAPS_MAX is dropped. */
void gaps_add(struct gaps *gaps, const char *what, const char *why, ...) PRINTF(3, 4);
void gaps_put(const struct gaps *gaps, struct json_writer *w);
