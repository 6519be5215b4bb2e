/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What dint-analyze can be asked.
 *
 * To add a verb that lists what a kernel holds: see rows/rows.h. To add another one:
 *   1. write programs/analyze/verb_<name>.c, ending in one `const struct analyze_verb`;
 *   2. list it in programs/analyze/verbs.c.
 * Verbs run behind the closed door (sandbox.h): they open nothing.
 */
#pragma once
#include "dump/tools.h"
#include "rows/rows.h"

#define ANALYZE_PARTS_MAX 64 /* of a split dump: makedumpfile --split makes one a CPU */

struct analyze {
	int fds[ANALYZE_PARTS_MAX]; /* the dump, one or more parts */
	size_t n_fds;
	int keep[ANALYZE_PARTS_MAX + 2]; /* all that stay open behind the door */
	size_t n_keep;
	struct dump_tools tools;
	struct debuginfo *debuginfo; /* NULL: none was given */
	struct rows_request request;
	struct rows_out out;
	uint64_t started_us; /* on the monotonic clock */
};

struct analyze_verb {
	const char *name;
	const char *summary;
	const char *styles; /* what --style may be; NULL: no such option */
	bool always_json;
	bool unbounded; /* writes as much as the dump holds, for as long as that takes */
	bool (*run)(struct analyze *analyze, struct dint_error *err);
};

/* Verbs about a dump as a whole, NULL-terminated; rows_verbs are the others. */
extern const struct analyze_verb *const analyze_verbs[];

extern const struct analyze_verb analyze_info, analyze_report, analyze_plain;

/* Opens the dump and its kernel, and writes the report's JSON. */
struct dump;
bool analyze_open_dump(struct analyze *analyze, struct dump **dump, struct dint_error *err);
/* The kernel in it, with the debug symbols that were given. */
bool analyze_open_kernel(struct analyze *analyze, struct dump *dump, struct kernel **kernel,
			 struct dint_error *err);
