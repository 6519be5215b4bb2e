/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To change the tables: append a step. A step that was released never changes, as databases out
 * there have run it. What ALTER TABLE cannot do is: a new table, copy, drop, rename.
 */
#include "store/migrations_internal.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fault.h"
#include "base/units.h"
#include "store/query_internal.h"

/* clang-format off */
static const char first_tables[] =
	"CREATE TABLE machines ("
	"  name TEXT PRIMARY KEY NOT NULL,"
	"  instance_id TEXT NOT NULL UNIQUE,"
	"  created_us INTEGER NOT NULL"
	") STRICT;"

	"CREATE TABLE incidents ("
	"  id TEXT PRIMARY KEY NOT NULL,"
	"  machine TEXT NOT NULL,"	/* no reference: incidents outlive their machine */
	"  instance_id TEXT NOT NULL,"
	"  state TEXT NOT NULL,"
	"  intended TEXT NOT NULL,"
	"  requested_by TEXT,"
	"  reason TEXT,"
	"  boot_id TEXT,"
	"  evidence TEXT,"		/* JSON */
	"  report TEXT,"		/* JSON */
	"  opened_us INTEGER NOT NULL,"
	"  changed_us INTEGER NOT NULL,"
	"  ended_us INTEGER,"
	"  deadline_us INTEGER,"
	"  guest_dump INTEGER NOT NULL"
	") STRICT;"
	"CREATE INDEX incidents_by_machine ON incidents (machine, id);"

	"CREATE TABLE history ("
	"  incident TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,"
	"  number INTEGER NOT NULL,"	/* from 1, in the order of the commits */
	"  state TEXT NOT NULL,"
	"  cause TEXT NOT NULL,"
	"  at_us INTEGER NOT NULL,"
	"  PRIMARY KEY (incident, number)"
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE dumps ("
	"  incident TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,"
	"  sha256 TEXT NOT NULL,"	/* and the file's name in dumps/ */
	"  name TEXT NOT NULL,"
	"  origin TEXT NOT NULL,"
	"  offer TEXT,"
	"  size_bytes INTEGER NOT NULL,"
	"  stored_us INTEGER NOT NULL,"
	"  PRIMARY KEY (incident, sha256)"
	") STRICT;"
	"CREATE INDEX dumps_by_offer ON dumps (offer) WHERE offer IS NOT NULL;"
	"CREATE INDEX dumps_by_sum ON dumps (sha256);";

static const char access_tables[] =
	"CREATE TABLE users ("
	"  name TEXT PRIMARY KEY NOT NULL,"
	"  id TEXT NOT NULL UNIQUE,"	/* AIDA… */
	"  created_us INTEGER NOT NULL"
	") STRICT;"

	"CREATE TABLE keys ("
	"  id TEXT PRIMARY KEY NOT NULL,"	/* AKIA… */
	"  user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,"
	"  sealed TEXT NOT NULL,"	/* base 64; access/seal.h */
	"  enabled INTEGER NOT NULL,"
	"  created_us INTEGER NOT NULL"
	") STRICT;"
	"CREATE INDEX keys_by_user ON keys (user);"

	"CREATE TABLE policies ("
	"  user TEXT PRIMARY KEY NOT NULL REFERENCES users (name) ON DELETE CASCADE,"
	"  document TEXT NOT NULL,"	/* JSON */
	"  changed_us INTEGER NOT NULL"
	") STRICT;"

	"CREATE TABLE audit ("		/* append-only: a chain, access/chain.h */
	"  number INTEGER PRIMARY KEY NOT NULL,"
	"  event TEXT NOT NULL,"	/* JSON, one line */
	"  hash TEXT NOT NULL"
	") STRICT;";

static const char running_and_tags[] =
	"ALTER TABLE machines ADD COLUMN run_state TEXT;"	/* the hypervisor's word */
	"ALTER TABLE machines ADD COLUMN run_since_us INTEGER;"
	"ALTER TABLE machines ADD COLUMN booted_us INTEGER;"
	"CREATE TABLE tags ("
	"  resource TEXT NOT NULL,"
	"  key TEXT NOT NULL,"
	"  value TEXT NOT NULL,"
	"  PRIMARY KEY (resource, key)"
	") STRICT, WITHOUT ROWID;";
/* clang-format on */

static const char *const steps[] = {
	first_tables,
	access_tables,
	running_and_tags,
};

const struct migrations migrations = {steps, ARRAY_SIZE(steps)};

static bool read_number(struct connection *connection, const char *sql, uint64_t *value,
			struct dint_error *err)
{
	CLEANUP(query_done) struct query query = query_over(connection, sql);

	if (query_next(&query, err) != QUERY_ROW)
		return false;
	*value = query_take_u64(&query);
	return true;
}

static bool is_ours(struct connection *connection, uint64_t version, struct dint_error *err)
{
	uint64_t application, tables;

	if (!read_number(connection, "PRAGMA application_id", &application, err) ||
	    !read_number(connection, "SELECT count(*) FROM sqlite_schema", &tables, err))
		return false;
	if (application == MIGRATIONS_APPLICATION_ID || (!application && !version && !tables))
		return true;
	return dint_fail(err, DINT_CORRUPT,
			 "another program's database (application id 0x%llx); move it away",
			 (unsigned long long)application);
}

/* Under a name of its own until it is whole; a backup that a killed run left is made again, as the
 * database is still the one it was made from. */
static bool back_up(struct connection *connection, const char *path, uint64_t version,
		    struct dint_error *err)
{
	CLEANUP(free_ptr) char *backup = xasprintf("%s.v%u.backup", path, (unsigned)version);
	CLEANUP(free_ptr) char *partial = xasprintf("%s.partial", backup);
	CLEANUP(query_done) struct query query = query_over(connection, "VACUUM INTO ?1");

	if (unlink(partial) < 0 && errno != ENOENT)
		return dint_fail_errno(err, "%s", partial);
	query_add_text(&query, partial);
	if (!query_run(&query, err))
		return dint_within(err, "backup into %s", partial);
	fault_point("migrations:before-backup-rename");
	if (rename(partial, backup) < 0)
		return dint_fail_errno(err, "%s", backup);
	return true;
}

static bool take_step(const struct migrations *list, unsigned version,
		      struct connection *connection, struct dint_error *err)
{
	char stamp[96];
	struct dint_error ignored;

	snprintf(stamp, sizeof(stamp), "PRAGMA application_id = %d; PRAGMA user_version = %u",
		 MIGRATIONS_APPLICATION_ID, version + 1);
	if (!connection_exec(connection, "BEGIN EXCLUSIVE", err))
		return false;
	if (connection_exec(connection, list->steps[version], err) &&
	    connection_exec(connection, stamp, err)) {
		fault_point("migrations:before-commit");
		if (connection_exec(connection, "COMMIT", err))
			return true;
	}
	if (connection_in_transaction(connection))
		connection_exec(connection, "ROLLBACK", &ignored);
	return dint_within(err, "step to version %u", version + 1);
}

bool migrations_run(const struct migrations *list, struct connection *connection, const char *path,
		    struct dint_error *err)
{
	uint64_t version;

	if (!read_number(connection, "PRAGMA user_version", &version, err) ||
	    !is_ours(connection, version, err))
		return dint_within(err, "%s", path);
	if (version > list->count)
		return dint_fail(
			err, DINT_UNSUPPORTED,
			"%s: version %llu, and this dintd knows %u at most: start the newer "
			"dintd, or go back to the backup %s.v%u.backup",
			path, (unsigned long long)version, list->count, path, list->count);
	if (version && version < list->count && !back_up(connection, path, version, err))
		return dint_within(err, "%s", path);
	for (; version < list->count; version++)
		if (!take_step(list, version, connection, err))
			return dint_within(err, "%s", path);
	return true;
}
