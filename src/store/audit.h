/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of the audit; how they make a chain is access/chain.h's. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/sha256.h"
#include "store/store.h"

struct audit_row {
	uint64_t number; /* from 1, without a gap */
	char *event;	 /* JSON, one line */
	char hash[SHA256_TEXT];
};

struct audit_rows {
	struct audit_row *rows;
	size_t count;
};

void audit_rows_done(struct audit_rows *list);

/* In a job. The last line: number 0 and an empty hash where there is none. The event is left out.
 */
bool audit_rows_last(struct store_writer *writer, struct audit_row *last, struct dint_error *err);
bool audit_rows_add(struct store_writer *writer, const struct audit_row *row,
		    struct dint_error *err);

/* Those whose number is above after, at most limit of them and, but for the first, bytes. */
bool audit_rows_list(struct store *store, uint64_t after, unsigned limit, size_t bytes,
		     struct audit_rows *list, struct dint_error *err);
/* The last line's number and hash, as committed. */
bool audit_rows_head(struct store *store, struct audit_row *last, struct dint_error *err);
