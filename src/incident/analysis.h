/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a dump in another process: dintd looks into none. The child gets one descriptor, closes
 * its own door, and what it prints is a stranger's text until it has been read as JSON.
 */
#pragma once
#include <stdbool.h>
#include <systemd/sd-event.h>

#include "base/error.h"

#define ANALYSIS_SECONDS      120		 /* on the wall; the child has its own CPU limit */
#define ANALYSIS_REPORT_BYTES (8u * 1024 * 1024) /* a report with every task of a large machine */
#define ANALYSIS_WORDS_BYTES  4096		 /* of complaint that are kept */

struct analysis;

/* report is the JSON text, or NULL with err set; it lives until the callback returns, and so does
 * the analysis: it is freed after it. */
typedef void analysis_done_fn(void *arg, const char *report, const struct dint_error *err);

/* Starts program (dint-analyze) on the dump behind fd, which stays the caller's. Exactly one call
 * of done, never from inside this one, unless cancelled before. SIGCHLD must be blocked. */
bool analysis_start(sd_event *loop, const char *program, int fd, analysis_done_fn *done, void *arg,
		    struct analysis **out, struct dint_error *err);
/* Kills the child; done is not called. */
void analysis_cancel(struct analysis *analysis);
