/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/users.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/query_internal.h"
#include "store/store_internal.h"

void user_list_done(struct user_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->rows[i].name);
		free(list->rows[i].id);
	}
	free(list->rows);
	memset(list, 0, sizeof(*list));
}

bool users_add(struct store_writer *writer, const struct user_row *row, struct dint_error *err)
{
	static const char sql[] = "INSERT INTO users (name, id, created_us) VALUES (?1, ?2, ?3)";
	CLEANUP(query_done) struct query query = query_over(&writer->connection, sql);

	query_add_text(&query, row->name);
	query_add_text(&query, row->id);
	query_add_u64(&query, row->created_us);
	return query_run(&query, err) || dint_within(err, "user %s", row->name);
}

bool users_delete(struct store_writer *writer, const char *name, struct dint_error *err)
{
	static const char sql[] = "DELETE FROM users WHERE name = ?1";
	CLEANUP(query_done) struct query query = query_over(&writer->connection, sql);

	query_add_text(&query, name);
	return query_run(&query, err) || dint_within(err, "user %s", name);
}

bool users_list(struct store *store, struct user_list *out, struct dint_error *err)
{
	static const char sql[] = "SELECT name, id, created_us FROM users ORDER BY name";
	CLEANUP(query_done) struct query query = query_over(store_reader(store), sql);
	CLEANUP(user_list_done) struct user_list list = {0};
	enum query_step step;

	while ((step = query_next(&query, err)) == QUERY_ROW) {
		struct user_row *row;

		list.rows = xgrow(list.rows, list.count, sizeof(*list.rows));
		row = &list.rows[list.count++];
		row->name = query_take_text(&query);
		row->id = query_take_text(&query);
		row->created_us = query_take_u64(&query);
	}
	if (step == QUERY_FAILED)
		return dint_within(err, "users");
	*out = TAKE(list);
	return true;
}
