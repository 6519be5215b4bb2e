/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The users' policies, as they were given. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct policy_row {
	char *user;
	char *document; /* JSON */
	uint64_t changed_us;
};

struct policy_list {
	struct policy_row *rows;
	size_t count;
};

void policy_list_done(struct policy_list *list);

/* In a job; in place of the one before. document NULL: none any more. */
bool policies_put(struct store_writer *writer, const struct policy_row *row,
		  struct dint_error *err);
bool policies_list(struct store *store, struct policy_list *list, struct dint_error *err);
