/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dint-analyze, the program that looks into dumps: $DINT_ANALYZE, else the one beside this program,
 * else the installed one, else the first in PATH. What it complains of goes to our stderr.
 */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "programs/dint/source.h"

#define ANALYZE_OPTIONS_MAX 16		       /* words before the dump */
#define ANALYZE_REPORT_MAX  ((size_t)64 << 20) /* bytes of a report; one of 300 stacks has 1 MiB */

/* Runs it, with our stdout as its own. options: NULL-terminated, at most ANALYZE_OPTIONS_MAX. Where
 * it refuses, it has said why, and *status is its own. It is a child and not what we become, so
 * that somebody is left to say that it was killed. */
bool analyze_run(const char *verb, const struct source *source, const char *const *options,
		 int *status, struct dint_error *err);
/* Asks what was typed, of a verb of dint that dint-analyze has under the same name, with the same
 * options; the first argument is the dump, the words behind it go along. */
bool analyze_pass(const struct call *call, int *status, struct dint_error *err);
/* Runs it and reads the JSON document that it writes. *document stays NULL where *status
 * is not 0. */
bool analyze_document(const char *verb, const struct source *source, json_t **document, int *status,
		      struct dint_error *err);

/* Starts it with its output at out_fd; -1 with err set. */
pid_t analyze_start(const char *verb, const struct source *source, const char *const *options,
		    int out_fd, struct dint_error *err);
/* Waits for it; an exit is put into *status, an end by a signal is a failure, unless it is one
 * that somebody meant (a closed pipe, Ctrl-C). */
bool analyze_wait(pid_t child, int *status, struct dint_error *err);
