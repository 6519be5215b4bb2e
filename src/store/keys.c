/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/query_internal.h"
#include "store/store_internal.h"

void key_row_done(struct key_row *row)
{
	free(row->id);
	free(row->user);
	free(row->sealed);
	memset(row, 0, sizeof(*row));
}

void key_list_done(struct key_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		key_row_done(&list->rows[i]);
	free(list->rows);
	memset(list, 0, sizeof(*list));
}

bool keys_add(struct store_writer *writer, const struct key_row *row, struct dint_error *err)
{
	static const char sql[] = "INSERT INTO keys (id, user, sealed, enabled, created_us)"
				  " VALUES (?1, ?2, ?3, ?4, ?5)";
	CLEANUP(query_done) struct query query = query_over(&writer->connection, sql);

	query_add_text(&query, row->id);
	query_add_text(&query, row->user);
	query_add_text(&query, row->sealed);
	query_add_u64(&query, row->enabled);
	query_add_u64(&query, row->created_us);
	return query_run(&query, err) || dint_within(err, "key of %s", row->user);
}

bool keys_set_enabled(struct store_writer *writer, const char *id, bool enabled,
		      struct dint_error *err)
{
	static const char sql[] = "UPDATE keys SET enabled = ?2 WHERE id = ?1";
	CLEANUP(query_done) struct query query = query_over(&writer->connection, sql);

	query_add_text(&query, id);
	query_add_u64(&query, enabled);
	return query_run(&query, err) || dint_within(err, "key %s", id);
}

bool keys_delete(struct store_writer *writer, const char *id, struct dint_error *err)
{
	static const char sql[] = "DELETE FROM keys WHERE id = ?1";
	CLEANUP(query_done) struct query query = query_over(&writer->connection, sql);

	query_add_text(&query, id);
	return query_run(&query, err) || dint_within(err, "key %s", id);
}

bool keys_list(struct store *store, struct key_list *out, struct dint_error *err)
{
	static const char sql[] = "SELECT id, user, sealed, enabled, created_us FROM keys"
				  " ORDER BY created_us, id";
	CLEANUP(query_done) struct query query = query_over(store_reader(store), sql);
	CLEANUP(key_list_done) struct key_list list = {0};
	enum query_step step;

	while ((step = query_next(&query, err)) == QUERY_ROW) {
		struct key_row *row;

		list.rows = xgrow(list.rows, list.count, sizeof(*list.rows));
		row = &list.rows[list.count++];
		row->id = query_take_text(&query);
		row->user = query_take_text(&query);
		row->sealed = query_take_text(&query);
		row->enabled = query_take_u64(&query);
		row->created_us = query_take_u64(&query);
	}
	if (step == QUERY_FAILED)
		return dint_within(err, "keys");
	*out = TAKE(list);
	return true;
}
