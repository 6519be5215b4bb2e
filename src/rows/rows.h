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

#define ROWS_OPERANDS_MAX 64 /* pids of one question */
#define ROWS_FLAGS_MAX	  4

struct rows_request {
	bool json;
	const char *style;			     /* --style; NULL: the verb's own */
	const char *operands[ROWS_OPERANDS_MAX + 1]; /* words behind the dump, NULL at the end */
	size_t n_operands;
	const char *flags[ROWS_FLAGS_MAX + 1]; /* that were given; ask rows_flag */
};

struct rows_out {
	int fd;
	struct buffer *text;	 /* to gather in */
	struct buffer *warnings; /* lines for stderr: what could not be read */
};

struct rows_verb {
	const char *name;
	const char *summary;  /* one line of help */
	const char *styles;   /* what --style may be, "kernel|makedumpfile"; NULL: no such option */
	const char *flags;    /* options without a value, "stacks|group"; NULL: none */
	const char *operands; /* as help shows them: "ADDRESS [BYTES]"; NULL: none */
	size_t operands_min, operands_max;
	bool (*write)(struct kernel *kernel, const struct rows_request *request,
		      struct rows_out *out, struct dint_error *err);
};

/* NULL-terminated. */
extern const struct rows_verb *const rows_verbs[];

extern const struct rows_verb rows_bt, rows_dmesg, rows_modules, rows_read, rows_show, rows_sym,
	rows_tasks, rows_what;

/* Whether --name was given. */
bool rows_flag(const struct rows_request *request, const char *name);
/* Hands on what was gathered when there is enough of it, or all of it. */
bool rows_flush(struct rows_out *out, bool all, struct dint_error *err);
