/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Binding, stepping and taking, with one error for the whole run. */
#include "store/query_internal.h"

#include <stdio.h>

#include "base/alloc.h"

struct query query_over(struct connection *connection, const char *sql)
{
	struct query query = {.connection = connection};

	query.statement = connection_prepare(connection, sql, &query.err);
	query.failed = !query.statement;
	return query;
}

void query_done(struct query *query)
{
	if (!query->statement)
		return;
	sqlite3_reset(query->statement);
	sqlite3_clear_bindings(query->statement);
	query->statement = NULL;
}

static void judge_bind(struct query *query, int result)
{
	if (result != SQLITE_OK)
		query->failed = !connection_fail(query->connection, result, &query->err);
}

void query_add_text(struct query *query, const char *text)
{
	if (!query->failed)
		judge_bind(query, sqlite3_bind_text(query->statement, ++query->bound, text, -1,
						    SQLITE_STATIC));
}

void query_add_u64(struct query *query, uint64_t value)
{
	if (query->failed)
		return;
	if (value > INT64_MAX)
		query->failed = !dint_fail(&query->err, DINT_BAD_REQUEST,
					   "%llu is more than the database can hold",
					   (unsigned long long)value);
	else
		judge_bind(query, sqlite3_bind_int64(query->statement, ++query->bound, value));
}

enum query_step query_next(struct query *query, struct dint_error *err)
{
	int result;

	if (query->failed) {
		*err = query->err;
		return QUERY_FAILED;
	}
	query->taken = 0;
	result = sqlite3_step(query->statement);
	if (result == SQLITE_ROW)
		return QUERY_ROW;
	if (result == SQLITE_DONE)
		return QUERY_END;
	connection_fail(query->connection, result, err);
	return QUERY_FAILED;
}

bool query_run(struct query *query, struct dint_error *err)
{
	enum query_step step;

	do
		step = query_next(query, err);
	while (step == QUERY_ROW);
	return step == QUERY_END;
}

char *query_take_text(struct query *query)
{
	const unsigned char *text = sqlite3_column_text(query->statement, query->taken++);

	return text ? xstrdup((const char *)text) : NULL;
}

void query_copy_text(struct query *query, char *to, size_t size_bytes)
{
	const unsigned char *text = sqlite3_column_text(query->statement, query->taken++);

	snprintf(to, size_bytes, "%s", text ? (const char *)text : "");
}

uint64_t query_take_u64(struct query *query)
{
	return sqlite3_column_int64(query->statement, query->taken++);
}
