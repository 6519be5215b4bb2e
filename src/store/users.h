/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Users, their keys and policies: the rows. What they mean is access/'s. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct user_row {
	char *name;
	char *id;
	uint64_t created_us;
};

struct user_list {
	struct user_row *rows; /* by name */
	size_t count;
};

void user_list_done(struct user_list *list);

/* In a job. DINT_CONFLICT when there is one of this name. */
bool users_add(struct store_writer *writer, const struct user_row *row, struct dint_error *err);
/* With keys and policy; also when it was not there. */
bool users_delete(struct store_writer *writer, const char *name, struct dint_error *err);
bool users_list(struct store *store, struct user_list *list, struct dint_error *err);
