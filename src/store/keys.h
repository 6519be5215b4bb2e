/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Access keys: whose they are, and their sealed secrets. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct key_row {
	char *id;
	char *user;
	char *sealed; /* base 64 */
	bool enabled;
	uint64_t created_us;
};

struct key_list {
	struct key_row *rows; /* oldest first */
	size_t count;
};

void key_row_done(struct key_row *row);
void key_list_done(struct key_list *list);

/* In a job. The user must be there. */
bool keys_add(struct store_writer *writer, const struct key_row *row, struct dint_error *err);
bool keys_set_enabled(struct store_writer *writer, const char *id, bool enabled,
		      struct dint_error *err);
bool keys_delete(struct store_writer *writer, const char *id, struct dint_error *err);
bool keys_list(struct store *store, struct key_list *list, struct dint_error *err);
