/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include <poll.h>
#include <semaphore.h>
#include <sys/stat.h>

#include "base/units.h"
#include "folder.h"
#include "store/store_internal.h"

struct fixture {
	char folder[FOLDER_BYTES], state_dir[FOLDER_BYTES];
	struct store *store;
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct dint_error err;

	folder_make(fixture->folder, fixture->state_dir);
	assert_works(store_open(fixture->state_dir, &fixture->store, &err), &err);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	store_close(fixture->store);
	folder_remove(fixture->folder);
	free(fixture);
	return 0;
}

/* A job that waits here holds the thread, so that the next ones gather behind it. */
struct gate {
	sem_t reached, opened;
};

/* What a test's job did, and what its callback saw. */
struct note {
	const char *id; /* of the incident that it puts */
	bool fail, fill, end_transaction, break_commit;
	char *large; /* more than fits into the pages that are there; for fill */
	struct gate *gate;
	struct store *store;
	struct trail *trail;
	bool called, durable;
	struct dint_error err;
};

struct trail {
	const char *ids[128]; /* in the order of the callbacks */
	size_t count;
};

static bool write_note(struct store_writer *writer, void *arg, struct dint_error *err)
{
	struct note *note = arg;
	struct incident_row row = folder_incident(note->id, "web1");

	if (note->gate) {
		sem_post(&note->gate->reached);
		sem_wait(&note->gate->opened);
	}
	/* as if the disk ended where the database does */
	if (note->fill && !connection_exec(&writer->connection, "PRAGMA max_page_count = 1", err))
		return false;
	row.reason = note->fill ? note->large : NULL;
	if (!incident_put(writer, &row, err) ||
	    !history_add(writer, note->id, "requested", "a test", 7, err))
		return false;
	if (note->end_transaction && !connection_exec(&writer->connection, "ROLLBACK", err))
		return false;
	/* a line of history without its incident, which only the commit notices */
	if (note->break_commit &&
	    (!connection_exec(&writer->connection, "PRAGMA defer_foreign_keys = ON", err) ||
	     !history_add(writer, "inc-none", "requested", "nobody's", 7, err)))
		return false;
	return !note->fail || dint_fail(err, DINT_CONFLICT, "on purpose");
}

static bool is_there(struct store *store, const char *id)
{
	CLEANUP(incident_row_done) struct incident_row row = {0};
	struct dint_error err;

	return incident_find(store, id, &row, &err);
}

static void see_note(void *arg, const struct dint_error *err)
{
	struct note *note = arg;

	note->called = true;
	note->durable = !err;
	if (err)
		note->err = *err;
	/* the commit is over: another connection sees the row */
	if (!err)
		assert_true(is_there(note->store, note->id));
	note->trail->ids[note->trail->count++] = note->id;
}

static void submit(struct fixture *fixture, struct trail *trail, struct note *note)
{
	note->store = fixture->store;
	note->trail = trail;
	store_submit(fixture->store, write_note, see_note, note);
}

static void a_callback_comes_after_the_commit(void **state)
{
	struct fixture *fixture = *state;
	struct trail trail = {0};
	struct note note = {.id = "inc-a"};
	struct pollfd wake = {.fd = store_fd(fixture->store), .events = POLLIN};

	submit(fixture, &trail, &note);
	assert_int_equal(poll(&wake, 1, 10000), 1);
	assert_false(note.called); /* only where the caller dispatches */
	store_dispatch(fixture->store);
	assert_true(note.called && note.durable);
	assert_int_equal(store_commits(fixture->store), 1);
	assert_int_equal(poll(&wake, 1, 0), 0);
	store_dispatch(fixture->store);
	assert_int_equal(trail.count, 1);
}

/* Submits a job and returns once the thread is held by it. */
static void hold_thread(struct fixture *fixture, struct gate *gate, struct trail *trail,
			struct note *note)
{
	sem_init(&gate->reached, 0, 0);
	sem_init(&gate->opened, 0, 0);
	note->gate = gate;
	submit(fixture, trail, note);
	sem_wait(&gate->reached);
}

static void let_go(struct fixture *fixture, struct gate *gate)
{
	sem_post(&gate->opened);
	store_drain(fixture->store);
	sem_destroy(&gate->opened);
	sem_destroy(&gate->reached);
}

#define MANY 100

static void what_gathers_during_a_sync_is_one_commit(void **state)
{
	struct fixture *fixture = *state;
	struct gate gate;
	struct trail trail = {0};
	struct note first = {.id = "inc-first"};
	struct note notes[MANY] = {0};
	char ids[MANY][16];

	hold_thread(fixture, &gate, &trail, &first);
	for (size_t i = 0; i < MANY; i++) {
		snprintf(ids[i], sizeof(ids[i]), "inc-%03zu", i);
		notes[i].id = ids[i];
		submit(fixture, &trail, &notes[i]);
	}
	let_go(fixture, &gate);
	assert_int_equal(store_commits(fixture->store), 2); /* the first, and all others */
	assert_int_equal(trail.count, MANY + 1);
	assert_string_equal(trail.ids[0], "inc-first");
	for (size_t i = 0; i < MANY; i++) {
		assert_true(notes[i].durable);
		assert_ptr_equal(trail.ids[i + 1], ids[i]);
	}
}

/* Three jobs in one group; what goes wrong is the middle one's. */
static const struct {
	const char *name;
	struct note middle;
	bool beside; /* whether those beside it are durable */
	enum dint_code code;
	const char *words, *words_beside;
} groups[] = {
	{"a job that fails is undone alone",
	 {.fail = true},
	 true,
	 DINT_CONFLICT,
	 "on purpose",
	 NULL},
	{"a commit that fails undoes all",
	 {.break_commit = true},
	 false,
	 DINT_CONFLICT,
	 "commit: database: FOREIGN KEY constraint failed",
	 "commit: database: FOREIGN KEY"},
	{"a lost transaction undoes all",
	 {.end_transaction = true},
	 false,
	 DINT_SYSTEM,
	 "undone with the jobs beside it: a job ended the transaction",
	 "undone with the jobs beside it"},
};

static void check_group(struct fixture *fixture, size_t group)
{
	struct gate gate;
	struct trail trail = {0};
	char ids[4][24];
	struct note notes[4] = {{0}, {0}, groups[group].middle, {0}};

	for (size_t i = 0; i < ARRAY_SIZE(notes); i++) {
		snprintf(ids[i], sizeof(ids[i]), "inc-%zu%zu", group, i);
		notes[i].id = ids[i];
		if (!i)
			hold_thread(fixture, &gate, &trail, &notes[i]);
		else
			submit(fixture, &trail, &notes[i]);
	}
	let_go(fixture, &gate);
	assert_int_equal(trail.count, 4);
	assert_true(notes[0].durable);
	assert_false(notes[2].durable);
	assert_int_equal(notes[2].err.code, groups[group].code);
	assert_non_null(strstr(notes[2].err.message, groups[group].words));
	assert_false(is_there(fixture->store, ids[2]));
	for (size_t i = 1; i < 4; i += 2) {
		assert_int_equal(notes[i].durable, groups[group].beside);
		assert_int_equal(is_there(fixture->store, ids[i]), groups[group].beside);
		if (!groups[group].beside)
			assert_non_null(strstr(notes[i].err.message, groups[group].words_beside));
	}
}

static void a_group_stands_or_falls(void **state)
{
	struct fixture *fixture = *state;
	struct trail trail = {0};
	struct note after = {.id = "inc-after"};

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		print_message("%s\n", groups[i].name);
		check_group(fixture, i);
	}
	/* and the store works on */
	submit(fixture, &trail, &after);
	store_drain(fixture->store);
	assert_true(after.durable);
}

static bool make_room(struct store_writer *writer, void *arg, struct dint_error *err)
{
	(void)arg;
	return connection_exec(&writer->connection, "PRAGMA max_page_count = 100000", err);
}

static void a_full_disk_is_a_limit(void **state)
{
	struct fixture *fixture = *state;
	CLEANUP(free_ptr) char *large = malloc(100001);
	struct trail trail = {0};
	struct note note = {.id = "inc-large", .fill = true, .large = large};
	struct note after = {.id = "inc-after"};

	memset(large, 'x', 100000);
	large[100000] = '\0';
	submit(fixture, &trail, &note);
	store_drain(fixture->store);
	assert_false(note.durable);
	assert_int_equal(note.err.code, DINT_LIMIT);
	assert_non_null(strstr(note.err.message, "incident inc-large: database: database or disk "
						 "is full"));
	assert_false(is_there(fixture->store, "inc-large"));
	store_submit(fixture->store, make_room, NULL, NULL);
	submit(fixture, &trail, &after);
	store_drain(fixture->store);
	assert_true(after.durable);
}

struct chain {
	struct store *store;
	unsigned left;
};

static bool do_nothing(struct store_writer *writer, void *arg, struct dint_error *err)
{
	(void)writer;
	(void)arg;
	(void)err;
	return true;
}

static void submit_next(void *arg, const struct dint_error *err)
{
	struct chain *chain = arg;

	assert_null(err);
	if (!chain->left)
		return;
	chain->left--;
	store_submit(chain->store, do_nothing, submit_next, chain);
}

static void a_drain_takes_what_callbacks_submit(void **state)
{
	struct fixture *fixture = *state;
	struct chain chain = {fixture->store, 5};

	store_submit(fixture->store, do_nothing, submit_next, &chain);
	store_drain(fixture->store);
	assert_int_equal(chain.left, 0);
	assert_int_equal(store_commits(fixture->store), 6);
}

static void no_callback_is_needed(void **state)
{
	struct fixture *fixture = *state;

	store_submit(fixture->store, do_nothing, NULL, NULL);
	store_drain(fixture->store);
	assert_int_equal(store_commits(fixture->store), 1);
}

static void closing_finishes_what_is_queued(void **state)
{
	struct fixture *fixture = *state;
	struct trail trail = {0};
	struct note note = {.id = "inc-late"};
	struct dint_error err;

	submit(fixture, &trail, &note);
	store_close(fixture->store);
	assert_true(note.durable);
	assert_works(store_open(fixture->state_dir, &fixture->store, &err), &err);
	assert_true(is_there(fixture->store, "inc-late"));
}

static void a_second_daemon_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct store *second = NULL;
	struct dint_error err;
	char who[64];

	snprintf(who, sizeof(who), "belongs to a dintd that runs (process %d", getpid());
	assert_refused(store_open(fixture->state_dir, &second, &err), &err, DINT_CONFLICT, who);
	assert_null(second);
}

static void strangers_cannot_read(void **state)
{
	static const char *const names[] = {"dint.sqlite", "dint.sqlite-wal", "dint.sqlite-shm",
					    "dint.lock"};
	struct fixture *fixture = *state;
	struct stat status;
	char path[256];

	assert_int_equal(stat(fixture->state_dir, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		folder_path(fixture->state_dir, names[i], path);
		assert_int_equal(stat(path, &status), 0);
		assert_int_equal(status.st_mode & 0777, 0600);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_callback_comes_after_the_commit, setup, teardown),
		cmocka_unit_test_setup_teardown(what_gathers_during_a_sync_is_one_commit, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_group_stands_or_falls, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_disk_is_a_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(a_drain_takes_what_callbacks_submit, setup,
						teardown),
		cmocka_unit_test_setup_teardown(no_callback_is_needed, setup, teardown),
		cmocka_unit_test_setup_teardown(closing_finishes_what_is_queued, setup, teardown),
		cmocka_unit_test_setup_teardown(a_second_daemon_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(strangers_cannot_read, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
