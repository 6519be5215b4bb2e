/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/units.h"
#include "folder.h"
#include "store/migrations_internal.h"
#include "store/query_internal.h"

static const char *const steps[] = {
	"CREATE TABLE fruit (name TEXT NOT NULL) STRICT; INSERT INTO fruit VALUES ('apple')",
	"ALTER TABLE fruit ADD COLUMN colour TEXT; UPDATE fruit SET colour = 'red'",
};
static const char *const broken_steps[] = {
	"CREATE TABLE fruit (name TEXT NOT NULL) STRICT; INSERT INTO fruit VALUES ('apple')",
	"DELETE FROM fruit; ALTER TABLE vegetables ADD COLUMN colour TEXT",
};

static const struct migrations first = {steps, 1};
static const struct migrations both = {steps, 2};
static const struct migrations broken = {broken_steps, 2};

static uint64_t ask(struct connection *connection, const char *sql)
{
	CLEANUP(query_done) struct query query = query_over(connection, sql);
	struct dint_error err;

	if (query_next(&query, &err) != QUERY_ROW)
		return UINT64_MAX;
	return query_take_u64(&query);
}

struct fixture {
	char folder[FOLDER_BYTES], path[256];
	struct connection connection;
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	char unused[FOLDER_BYTES];
	struct dint_error err;

	folder_make(fixture->folder, unused);
	folder_path(fixture->folder, "d.sqlite", fixture->path);
	assert_works(connection_open_writer(&fixture->connection, fixture->path, &err), &err);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	connection_close(&fixture->connection);
	folder_remove(fixture->folder);
	free(fixture);
	return 0;
}

static bool run(struct fixture *fixture, const struct migrations *list, struct dint_error *err)
{
	return migrations_run(list, &fixture->connection, fixture->path, err);
}

static void a_writer_waits_for_the_disk(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(ask(&fixture->connection, "PRAGMA synchronous"), 2); /* FULL */
	assert_int_equal(ask(&fixture->connection, "PRAGMA foreign_keys"), 1);
	assert_int_equal(ask(&fixture->connection, "PRAGMA trusted_schema"), 0);
}

static void a_new_database_takes_every_step(void **state)
{
	struct fixture *fixture = *state;
	struct dint_error err;
	char backup[512];

	assert_works(run(fixture, &both, &err), &err);
	assert_int_equal(ask(&fixture->connection, "PRAGMA user_version"), 2);
	assert_int_equal(ask(&fixture->connection, "PRAGMA application_id"),
			 MIGRATIONS_APPLICATION_ID);
	assert_int_equal(
		ask(&fixture->connection, "SELECT count(*) FROM fruit WHERE colour = 'red'"), 1);
	/* there was nothing to lose */
	snprintf(backup, sizeof(backup), "%s.v0.backup", fixture->path);
	assert_int_not_equal(access(backup, F_OK), 0);
	/* and once only */
	assert_works(run(fixture, &both, &err), &err);
	assert_int_equal(ask(&fixture->connection, "SELECT count(*) FROM fruit"), 1);
}

static void an_older_database_is_backed_up_first(void **state)
{
	struct fixture *fixture = *state;
	struct connection backup = {0};
	struct dint_error err;
	char path[512];

	assert_works(run(fixture, &first, &err), &err);
	snprintf(path, sizeof(path), "%s.v1.backup", fixture->path);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_works(run(fixture, &both, &err), &err);
	assert_int_equal(ask(&fixture->connection, "PRAGMA user_version"), 2);
	assert_works(connection_open_writer(&backup, path, &err), &err);
	assert_int_equal(ask(&backup, "PRAGMA user_version"), 1);
	assert_int_equal(ask(&backup, "SELECT count(*) FROM fruit"), 1);
	connection_close(&backup);
}

static void a_backup_that_was_left_is_made_again(void **state)
{
	struct fixture *fixture = *state;
	struct dint_error err;
	char path[512];
	FILE *left;

	assert_works(run(fixture, &first, &err), &err);
	snprintf(path, sizeof(path), "%s.v1.backup.partial", fixture->path);
	left = fopen(path, "w");
	assert_non_null(left);
	fputs("half a backup", left);
	fclose(left);
	assert_works(run(fixture, &both, &err), &err);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void a_step_that_fails_leaves_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct dint_error err;

	assert_refused(run(fixture, &broken, &err), &err, DINT_SYSTEM,
		       "step to version 2: database: no such table: vegetables");
	assert_int_equal(ask(&fixture->connection, "PRAGMA user_version"), 1);
	assert_int_equal(ask(&fixture->connection, "SELECT count(*) FROM fruit"), 1);
	assert_false(connection_in_transaction(&fixture->connection));
}

static void a_newer_database_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct dint_error err;

	assert_works(run(fixture, &both, &err), &err);
	assert_refused(run(fixture, &first, &err), &err, DINT_UNSUPPORTED,
		       "version 2, and this dintd knows 1 at most: start the newer dintd, or go "
		       "back to the backup");
	assert_int_equal(ask(&fixture->connection, "PRAGMA user_version"), 2);
}

static void another_programs_database_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct dint_error err;

	assert_works(connection_exec(&fixture->connection, "CREATE TABLE theirs (x)", &err), &err);
	assert_refused(run(fixture, &both, &err), &err, DINT_CORRUPT,
		       "another program's database (application id 0x0); move it away");
}

static void a_file_that_is_no_database_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct connection connection = {0};
	struct dint_error err;
	char path[256];
	FILE *file;

	folder_path(fixture->folder, "other.sqlite", path);
	file = fopen(path, "w");
	assert_non_null(file);
	for (size_t i = 0; i < 1000; i++)
		fputs("not a database\n", file);
	fclose(file);
	assert_refused(connection_open_writer(&connection, path, &err), &err, DINT_CORRUPT,
		       "file is not a database");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_writer_waits_for_the_disk, setup, teardown),
		cmocka_unit_test_setup_teardown(a_new_database_takes_every_step, setup, teardown),
		cmocka_unit_test_setup_teardown(an_older_database_is_backed_up_first, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_backup_that_was_left_is_made_again, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_step_that_fails_leaves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_newer_database_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(another_programs_database_is_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_file_that_is_no_database_is_refused, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
