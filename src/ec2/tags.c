/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ordered list, searched by halves. */
#include "ec2/tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define NAME "Name"

struct tags {
	struct tag_list list; /* by resource, then key, bytewise */
	size_t room;
};

bool tags_open(struct store *store, struct tags **out, struct dint_error *err)
{
	struct tags *tags = xcalloc(1, sizeof(*tags));

	if (!tag_list(store, &tags->list, err)) {
		tags_close(tags);
		return dint_within(err, "tags");
	}
	tags->room = tags->list.count;
	*out = tags;
	return true;
}

void tags_close(struct tags *tags)
{
	if (!tags)
		return;
	tag_list_done(&tags->list);
	free(tags);
}

static int compare(const struct tag_row *row, const char *resource, const char *key)
{
	int order = strcmp(row->resource, resource);

	return order ? order : strcmp(row->key, key);
}

/* The first row that is not before this place. */
static size_t find(const struct tags *tags, const char *resource, const char *key)
{
	size_t low = 0, high = tags->list.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&tags->list.rows[middle], resource, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct tag_row *row_at(const struct tags *tags, size_t at, const char *resource)
{
	const struct tag_row *row = &tags->list.rows[at];

	return at < tags->list.count && !strcmp(row->resource, resource) ? row : NULL;
}

static const char *own_value(const struct tags *tags, const char *resource, const char *key)
{
	const struct tag_row *row = row_at(tags, find(tags, resource, key), resource);

	return row && !strcmp(row->key, key) ? row->value : NULL;
}

const char *tags_value(const struct tags *tags, const struct watch *w, const char *key)
{
	const char *value = own_value(tags, w->instance_id, key);

	return value || strcmp(key, NAME) ? value : w->config->name;
}

/* The preset Name stands where its key belongs. */
bool tags_item(const struct tags *tags, const struct watch *w, size_t n, struct tag *tag)
{
	const char *id = w->instance_id;
	size_t first = find(tags, id, ""), name = find(tags, id, NAME);
	bool preset = !own_value(tags, id, NAME);
	const struct tag_row *row;

	if (preset && n == name - first) {
		*tag = (struct tag){NAME, w->config->name};
		return true;
	}
	row = row_at(tags, first + n - (preset && n > name - first), id);
	if (!row)
		return false;
	*tag = (struct tag){row->key, row->value};
	return true;
}

size_t tags_count(const struct tags *tags, const struct watch *w)
{
	size_t first = find(tags, w->instance_id, ""), count = 0;

	while (row_at(tags, first + count, w->instance_id))
		count++;
	return count;
}

static void free_row(struct tag_row *row)
{
	free(row->resource);
	free(row->key);
	free(row->value);
}

static void take_out(struct tags *tags, size_t at)
{
	struct tag_row *rows = tags->list.rows;

	free_row(&rows[at]);
	memmove(&rows[at], &rows[at + 1], (--tags->list.count - at) * sizeof(*rows));
}

static void put_in(struct tags *tags, size_t at, const char *resource, const char *key,
		   const char *value)
{
	struct tag_row *rows;

	if (tags->list.count == tags->room) {
		tags->room = tags->room ? 2 * tags->room : 16;
		tags->list.rows = xrealloc(tags->list.rows, tags->room * sizeof(*rows));
	}
	rows = tags->list.rows;
	memmove(&rows[at + 1], &rows[at], (tags->list.count++ - at) * sizeof(*rows));
	rows[at] = (struct tag_row){xstrdup(resource), xstrdup(key), xstrdup(value)};
}

void tags_set(struct tags *tags, const char *resource, const char *key, const char *value)
{
	size_t at = find(tags, resource, key);

	if (own_value(tags, resource, key))
		take_out(tags, at);
	if (value)
		put_in(tags, at, resource, key, value);
}
