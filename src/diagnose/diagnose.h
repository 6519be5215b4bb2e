/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report on a dump, as JSON.
 *
 * To add a section: write diagnose/section_<name>.c with one function, declare it in
 * diagnose/report_internal.h, list it in report.c's table, describe it in docs/report.schema.json
 * and in src/report/.
 */
#pragma once
#include "base/clock.h"
#include "kernel/kernel.h"
#include "json/writer.h"

/* The version of the report's form: it grows when a field changes its meaning. */
#define REPORT_SCHEMA 1

enum report_extent {
	REPORT_INFO, /* dump, kernel, panic, gaps: dint info */
	REPORT_WHOLE,
};

/* Writes the report on an open dump. The kernel is NULL when it could not be opened, and
 * why_no_kernel then says why. started_us: when the program began, on the monotonic clock. Lines
 * that a person should see at once are added to warnings. */
void report_write(struct dump *dump, struct kernel *kernel, const char *why_no_kernel,
		  enum report_extent extent, const struct clock *clock, uint64_t started_us,
		  struct json_writer *w, struct buffer *warnings);
