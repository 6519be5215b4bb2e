/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tags: words that people put on a resource. What they mean is nobody's affair here. */
#pragma once
#include <stddef.h>

#include "store/store.h"

struct tag_row {
	char *resource; /* an instance id */
	char *key, *value;
};

struct tag_list {
	struct tag_row *rows; /* by resource, then key */
	size_t count;
};

void tag_list_done(struct tag_list *list);
/* All of them. */
bool tag_list(struct store *store, struct tag_list *list, struct dint_error *err);
/* Those of one resource. */
bool tag_list_of(struct store *store, const char *resource, struct tag_list *list,
		 struct dint_error *err);
/* In a job: the key gets this value, whether it was there or not. */
bool tag_put(struct store_writer *writer, const struct tag_row *row, struct dint_error *err);
/* In a job; true also when it was not there. */
bool tag_delete(struct store_writer *writer, const char *resource, const char *key,
		struct dint_error *err);
