/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verbs that list what a kernel holds.
 *
 * To add a verb:
 *   1. write rows/<name>.c, ending in one `const struct rows_verb`;
 *   2. list it in rows/verbs.c, which is the order of the help;
 *   3. its rows, as text and as JSON, go into tests/unit/rows/ and docs/.
 */
#pragma once
#include "base/buffer.h"
#include "kernel/kernel.h"
#include "json/writer.h"

struct rows_request {
	bool json;
	const char *style; /* --style; NULL: the verb's own */
};

struct rows_out {
	int fd;
	struct buffer *text;	 /* to gather in */
	struct buffer *warnings; /* lines for stderr: what could not be read */
};

struct rows_verb {
	const char *name;
	const char *summary; /* one line of help */
	const char *styles;  /* what --style may be, "kernel|makedumpfile"; NULL: no such option */
	bool (*write)(struct kernel *kernel, const struct rows_request *request,
		      struct rows_out *out, struct dint_error *err);
};

/* NULL-terminated. */
extern const struct rows_verb *const rows_verbs[];

extern const struct rows_verb rows_dmesg;

/* Hands on what was gathered when there is enough of it, or all of it. */
bool rows_flush(struct rows_out *out, bool all, struct dint_error *err);
