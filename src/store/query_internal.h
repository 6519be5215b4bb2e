/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of a prepared statement. Parameters are bound and columns taken in order, so a row reads
 * straight down; what went wrong on the way is judged by query_run or query_next.
 *
 *	CLEANUP(query_done) struct query query = query_over(connection, SQL);
 *	query_add_text(&query, id);
 *	while ((step = query_next(&query, err)) == QUERY_ROW)
 *		row.at_us = query_take_u64(&query);
 */
#pragma once
#include <stdint.h>

#include "store/connection_internal.h"

struct query {
	struct connection *connection;
	sqlite3_stmt *statement; /* the connection's */
	int bound, taken;
	bool failed;
	struct dint_error err; /* when failed */
};

enum query_step { QUERY_ROW, QUERY_END, QUERY_FAILED };

/* sql is a literal. */
struct query query_over(struct connection *connection, const char *sql);
/* Ends the read transaction that an unfinished query holds. */
void query_done(struct query *query);

/* Texts must live until query_done; NULL is NULL. */
void query_add_text(struct query *query, const char *text);
void query_add_u64(struct query *query, uint64_t value);

enum query_step query_next(struct query *query, struct dint_error *err);
/* To the end, without rows. */
bool query_run(struct query *query, struct dint_error *err);

/* The next column of the row: a copy that the caller frees, NULL for NULL. */
char *query_take_text(struct query *query);
/* The same into room of a known size; what does not fit is cut (ids of our own always fit). */
void query_copy_text(struct query *query, char *to, size_t size_bytes);
/* 0 for NULL. */
uint64_t query_take_u64(struct query *query);
