/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The instances' tags, in memory as they are in the store. A machine to which nobody gave a tag
 * "Name" shows its configured name there.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "incident/watch.h"
#include "store/tags.h"

#define TAGS_MAX 50 /* of one instance, as EC2 has it */
/* Characters, of a key and a value. */
#define TAG_KEY_MAX   128
#define TAG_VALUE_MAX 256

struct tags;

struct tag {
	const char *key, *value; /* until the tags change */
};

bool tags_open(struct store *store, struct tags **tags, struct dint_error *err);
void tags_close(struct tags *tags);

/* The n-th in the order of keys; false behind the last. */
bool tags_item(const struct tags *tags, const struct watch *watch, size_t n, struct tag *tag);
/* NULL: it has no such tag. */
const char *tags_value(const struct tags *tags, const struct watch *watch, const char *key);
/* How many somebody gave it. */
size_t tags_count(const struct tags *tags, const struct watch *watch);

/* What the store holds already: value NULL takes the tag away. */
void tags_set(struct tags *tags, const char *instance_id, const char *key, const char *value);
