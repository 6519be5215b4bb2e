/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/policies.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/query_internal.h"
#include "store/store_internal.h"

void policy_list_done(struct policy_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->rows[i].user);
		free(list->rows[i].document);
	}
	free(list->rows);
	memset(list, 0, sizeof(*list));
}

static bool drop(struct store_writer *writer, const char *user, struct dint_error *err)
{
	static const char sql[] = "DELETE FROM policies WHERE user = ?1";
	CLEANUP(query_done) struct query query = query_over(&writer->connection, sql);

	query_add_text(&query, user);
	return query_run(&query, err);
}

static bool put(struct store_writer *writer, const struct policy_row *row, struct dint_error *err)
{
	static const char sql[] =
		"INSERT INTO policies (user, document, changed_us) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (user) DO UPDATE SET document = excluded.document,"
		" changed_us = excluded.changed_us";
	CLEANUP(query_done) struct query query = query_over(&writer->connection, sql);

	query_add_text(&query, row->user);
	query_add_text(&query, row->document);
	query_add_u64(&query, row->changed_us);
	return query_run(&query, err);
}

bool policies_put(struct store_writer *writer, const struct policy_row *row, struct dint_error *err)
{
	bool ok = row->document ? put(writer, row, err) : drop(writer, row->user, err);

	return ok || dint_within(err, "policy of %s", row->user);
}

bool policies_list(struct store *store, struct policy_list *out, struct dint_error *err)
{
	static const char sql[] = "SELECT user, document, changed_us FROM policies ORDER BY user";
	CLEANUP(query_done) struct query query = query_over(store_reader(store), sql);
	CLEANUP(policy_list_done) struct policy_list list = {0};
	enum query_step step;

	while ((step = query_next(&query, err)) == QUERY_ROW) {
		struct policy_row *row;

		list.rows = xgrow(list.rows, list.count, sizeof(*list.rows));
		row = &list.rows[list.count++];
		row->user = query_take_text(&query);
		row->document = query_take_text(&query);
		row->changed_us = query_take_u64(&query);
	}
	if (step == QUERY_FAILED)
		return dint_within(err, "policies");
	*out = TAKE(list);
	return true;
}
