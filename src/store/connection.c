/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening SQLite so that a commit is durable and a damaged file can do no harm. */
#include "store/connection_internal.h"

#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/units.h"

/* Another process may read for a moment (a person with sqlite3, a backup). */
#define BUSY_MS 5000

static enum dint_code code_of_result(int result)
{
	switch (result & 0xff) {
	case SQLITE_FULL:
	case SQLITE_TOOBIG:
		return DINT_LIMIT;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return DINT_CORRUPT;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return DINT_TIMEOUT;
	case SQLITE_CONSTRAINT:
		return DINT_CONFLICT;
	default:
		return DINT_SYSTEM;
	}
}

bool connection_fail(const struct connection *connection, int result, struct dint_error *err)
{
	const char *words = connection->db ? sqlite3_errmsg(connection->db)
					   : sqlite3_errstr(result);

	return dint_fail(err, code_of_result(result), "database: %s", words);
}

bool connection_exec(struct connection *connection, const char *sql, struct dint_error *err)
{
	int result = sqlite3_exec(connection->db, sql, NULL, NULL, NULL);

	return result == SQLITE_OK || connection_fail(connection, result, err);
}

bool connection_in_transaction(const struct connection *connection)
{
	return !sqlite3_get_autocommit(connection->db);
}

sqlite3_stmt *connection_prepare(struct connection *connection, const char *sql,
				 struct dint_error *err)
{
	sqlite3_stmt *statement = NULL;
	size_t count = connection->prepared_count;
	int result;

	for (size_t i = 0; i < count; i++)
		if (connection->prepared[i].sql == sql)
			return connection->prepared[i].statement;
	if (count == ARRAY_SIZE(connection->prepared)) {
		dint_error_set(err, DINT_SYSTEM, "database: more than %d statements",
			       CONNECTION_STATEMENTS);
		return NULL;
	}
	result = sqlite3_prepare_v3(connection->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
				    NULL);
	if (result != SQLITE_OK) {
		connection_fail(connection, result, err);
		return NULL;
	}
	connection->prepared[count].sql = sql;
	connection->prepared[count].statement = statement;
	connection->prepared_count++;
	return statement;
}

/* SQLite gives a new file 0644; the log and its index take the mode of the file that is there. */
static bool make_private(const char *path, struct dint_error *err)
{
	CLEANUP(close_fd) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	return fd >= 0 || dint_fail_errno(err, "%s", path);
}

static bool open_file(struct connection *connection, const char *path, int flags,
		      struct dint_error *err)
{
	int result = sqlite3_open_v2(path, &connection->db,
				     flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL);

	if (result != SQLITE_OK)
		return connection_fail(connection, result, err);
	sqlite3_extended_result_codes(connection->db, 1);
	sqlite3_busy_timeout(connection->db, BUSY_MS);
	sqlite3_limit(connection->db, SQLITE_LIMIT_LENGTH, CONNECTION_ROW_BYTES);
	sqlite3_db_config(connection->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return connection_exec(connection,
			       "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
			       "PRAGMA foreign_keys = ON",
			       err);
}

/* Asks for the write-ahead log and believes only the answer: on some file systems SQLite stays with
 * what it has and reports success. */
static bool write_ahead(struct connection *connection, struct dint_error *err)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(connection->db, "PRAGMA journal_mode = WAL", -1, &statement,
					NULL);
	bool on = false;

	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		on = !strcmp((const char *)sqlite3_column_text(statement, 0), "wal");
	sqlite3_finalize(statement);
	if (result != SQLITE_ROW)
		return connection_fail(connection, result, err);
	if (!on)
		return dint_fail(err, DINT_UNSUPPORTED,
				 "the file system takes no write-ahead log; use a local one");
	/* FULL: NORMAL may lose the last commits when the power goes, and "the NMI was sent" must
	 * be there before it is sent */
	return connection_exec(connection, "PRAGMA synchronous = FULL", err);
}

bool connection_open_writer(struct connection *connection, const char *path, struct dint_error *err)
{
	CLEANUP(connection_close) struct connection made = {0};

	if (!make_private(path, err))
		return false;
	if (!open_file(&made, path, SQLITE_OPEN_READWRITE, err) || !write_ahead(&made, err))
		return dint_within(err, "%s", path);
	*connection = TAKE(made);
	return true;
}

bool connection_open_reader(struct connection *connection, const char *path, struct dint_error *err)
{
	CLEANUP(connection_close) struct connection made = {0};

	if (!open_file(&made, path, SQLITE_OPEN_READONLY, err) ||
	    !connection_exec(&made, "PRAGMA query_only = ON", err))
		return dint_within(err, "%s", path);
	*connection = TAKE(made);
	return true;
}

void connection_close(struct connection *connection)
{
	for (size_t i = 0; i < connection->prepared_count; i++)
		sqlite3_finalize(connection->prepared[i].statement);
	sqlite3_close(connection->db);
	memset(connection, 0, sizeof(*connection));
}
