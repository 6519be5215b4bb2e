/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tags' rows. */
#include "store/tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/query_internal.h"
#include "store/store_internal.h"

void tag_list_done(struct tag_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->rows[i].resource);
		free(list->rows[i].key);
		free(list->rows[i].value);
	}
	free(list->rows);
	memset(list, 0, sizeof(*list));
}

static bool read_list(struct query *query, struct tag_list *list, struct dint_error *err)
{
	CLEANUP(tag_list_done) struct tag_list made = {0};
	enum query_step step;

	while ((step = query_next(query, err)) == QUERY_ROW) {
		struct tag_row *row;

		made.rows = xgrow(made.rows, made.count, sizeof(*made.rows));
		row = &made.rows[made.count++];
		row->resource = query_take_text(query);
		row->key = query_take_text(query);
		row->value = query_take_text(query);
	}
	if (step == QUERY_FAILED)
		return dint_within(err, "tags");
	*list = TAKE(made);
	return true;
}

bool tag_list(struct store *store, struct tag_list *list, struct dint_error *err)
{
	static const char sql[] = "SELECT resource, key, value FROM tags ORDER BY resource, key";
	CLEANUP(query_done) struct query query = query_over(store_reader(store), sql);

	return read_list(&query, list, err);
}

bool tag_list_of(struct store *store, const char *resource, struct tag_list *list,
		 struct dint_error *err)
{
	static const char sql[] =
		"SELECT resource, key, value FROM tags WHERE resource = ?1 ORDER BY key";
	CLEANUP(query_done) struct query query = query_over(store_reader(store), sql);

	query_add_text(&query, resource);
	return read_list(&query, list, err);
}

bool tag_put(struct store_writer *writer, const struct tag_row *row, struct dint_error *err)
{
	static const char sql[] =
		"INSERT INTO tags (resource, key, value) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (resource, key) DO UPDATE SET value = excluded.value";
	CLEANUP(query_done) struct query query = query_over(&writer->connection, sql);

	query_add_text(&query, row->resource);
	query_add_text(&query, row->key);
	query_add_text(&query, row->value);
	return query_run(&query, err) || dint_within(err, "tag of %s", row->resource);
}

bool tag_delete(struct store_writer *writer, const char *resource, const char *key,
		struct dint_error *err)
{
	static const char sql[] = "DELETE FROM tags WHERE resource = ?1 AND key = ?2";
	CLEANUP(query_done) struct query query = query_over(&writer->connection, sql);

	query_add_text(&query, resource);
	query_add_text(&query, key);
	return query_run(&query, err) || dint_within(err, "tag of %s", resource);
}
