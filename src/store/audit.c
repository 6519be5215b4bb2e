/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Append and read; there is no statement here that changes or deletes a line. */
#include "store/audit.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/query_internal.h"
#include "store/store_internal.h"

void audit_rows_done(struct audit_rows *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->rows[i].event);
	free(list->rows);
	memset(list, 0, sizeof(*list));
}

static bool read_last(struct connection *connection, struct audit_row *last, struct dint_error *err)
{
	static const char sql[] = "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1";
	CLEANUP(query_done) struct query query = query_over(connection, sql);
	enum query_step step = query_next(&query, err);

	*last = (struct audit_row){0};
	if (step == QUERY_ROW) {
		last->number = query_take_u64(&query);
		query_copy_text(&query, last->hash, sizeof(last->hash));
	}
	return step != QUERY_FAILED || dint_within(err, "audit");
}

bool audit_rows_last(struct store_writer *writer, struct audit_row *last, struct dint_error *err)
{
	return read_last(&writer->connection, last, err);
}

bool audit_rows_head(struct store *store, struct audit_row *last, struct dint_error *err)
{
	return read_last(store_reader(store), last, err);
}

bool audit_rows_add(struct store_writer *writer, const struct audit_row *row,
		    struct dint_error *err)
{
	static const char sql[] = "INSERT INTO audit (number, event, hash) VALUES (?1, ?2, ?3)";
	CLEANUP(query_done) struct query query = query_over(&writer->connection, sql);

	query_add_u64(&query, row->number);
	query_add_text(&query, row->event);
	query_add_text(&query, row->hash);
	return query_run(&query, err) || dint_within(err, "audit");
}

bool audit_rows_list(struct store *store, uint64_t after, unsigned limit, size_t bytes,
		     struct audit_rows *out, struct dint_error *err)
{
	static const char sql[] = "SELECT number, event, hash FROM audit WHERE number > ?1"
				  " ORDER BY number LIMIT ?2";
	CLEANUP(query_done) struct query query = query_over(store_reader(store), sql);
	CLEANUP(audit_rows_done) struct audit_rows list = {0};
	enum query_step step = QUERY_END;
	size_t size = 0;

	query_add_u64(&query, after);
	query_add_u64(&query, limit);
	while (size < bytes && (step = query_next(&query, err)) == QUERY_ROW) {
		struct audit_row *row;

		list.rows = xgrow(list.rows, list.count, sizeof(*list.rows));
		row = &list.rows[list.count++];
		row->number = query_take_u64(&query);
		row->event = query_take_text(&query);
		query_copy_text(&query, row->hash, sizeof(row->hash));
		size += strlen(row->event);
	}
	if (step == QUERY_FAILED)
		return dint_within(err, "audit");
	*out = TAKE(list);
	return true;
}
