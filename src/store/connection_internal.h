/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One SQLite connection and its prepared statements; used by one thread at a time. */
#pragma once
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* More than there are statements in store/; each is prepared at its first use and kept. */
#define CONNECTION_STATEMENTS 96
/* The longest text of a row: a report with every task's stack stays well below. */
#define CONNECTION_ROW_BYTES (64 << 20)

struct connection {
	sqlite3 *db;
	struct {
		const char *sql; /* a literal, known by its address */
		sqlite3_stmt *statement;
	} prepared[CONNECTION_STATEMENTS];
	size_t prepared_count;
};

/* The writing one makes the file (mode 0600), and turns on the write-ahead log. */
bool connection_open_writer(struct connection *connection, const char *path,
			    struct dint_error *err);
bool connection_open_reader(struct connection *connection, const char *path,
			    struct dint_error *err);
void connection_close(struct connection *connection);

/* Statements without parameters or rows, separated by semicolons. */
bool connection_exec(struct connection *connection, const char *sql, struct dint_error *err);
bool connection_in_transaction(const struct connection *connection);

/* The prepared form of a literal, reset; NULL with err. */
sqlite3_stmt *connection_prepare(struct connection *connection, const char *sql,
				 struct dint_error *err);
/* Fails with what SQLite says, under the code that its result means. */
bool connection_fail(const struct connection *connection, int result, struct dint_error *err);
