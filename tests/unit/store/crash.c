/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A child writes incidents and a dump and tells through a pipe what it was told is durable; it is
 * killed at every fault point that it passes, one after the other. Whatever it told must be there
 * afterwards, and nothing by halves. A build without fault points only sees it through.
 */
#include "../check.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/io.h"
#include "folder.h"
#include "store/files.h"

#define FIRST "inc-01"
#define LAST  "inc-02"
#define OFFER "offer-1"
#define SUM   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" /* of "abc" */

/* What the child says, a character each. */
enum said { SAID_FIRST = '1', SAID_DUMP = 'd', SAID_LAST = '2', SAID_END = '.' };

struct message {
	int to;
	const char *id;
	char said;
};

static void say(int to, char said)
{
	if (write(to, &said, 1) != 1)
		abort();
}

static bool write_incident(struct store_writer *writer, void *arg, struct dint_error *err)
{
	const struct message *message = arg;
	struct incident_row row = folder_incident(message->id, "web1");

	return incident_put(writer, &row, err) &&
	       history_add(writer, message->id, "requested", "a test", 1, err) &&
	       history_add(writer, message->id, "injecting", "a test", 2, err);
}

static void tell(void *arg, const struct dint_error *err)
{
	const struct message *message = arg;

	if (!err)
		say(message->to, message->said);
}

static int be_the_child(const char *state_dir, int to)
{
	struct message first = {to, FIRST, SAID_FIRST}, last = {to, LAST, SAID_LAST};
	struct store *store;
	struct upload *upload;
	char sha256[SHA256_TEXT];
	struct dint_error err;

	if (!store_open(state_dir, &store, &err))
		abort();
	store_submit(store, write_incident, tell, &first);
	store_drain(store);
	if (!upload_open(state_dir, OFFER, &upload, &err) ||
	    !upload_append(upload, "ab", 2, &err) || !upload_sync(upload, &err) ||
	    !upload_append(upload, "c", 1, &err) || !upload_finish(upload, NULL, sha256, &err))
		abort();
	say(to, SAID_DUMP);
	store_submit(store, write_incident, tell, &last);
	store_drain(store);
	store_close(store);
	say(to, SAID_END);
	return 0;
}

/* Whether it ended by itself; said gets what it told. */
static bool run_child(const char *state_dir, unsigned fatal, char said[8])
{
	int pipe_fds[2], status;
	char number[16], to[16];
	pid_t child;
	ssize_t got;

	assert_int_equal(pipe(pipe_fds), 0);
	snprintf(number, sizeof(number), "%u", fatal);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		/* a program of its own: fault points are counted from its start */
		snprintf(to, sizeof(to), "%d", pipe_fds[1]);
		setenv("DINT_FAULT", number, 1);
		execl("/proc/self/exe", "child", state_dir, to, NULL);
		abort();
	}
	close(pipe_fds[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	got = read(pipe_fds[0], said, 7);
	assert_true(got >= 0);
	said[got] = '\0';
	close(pipe_fds[0]);
	if (WIFEXITED(status))
		assert_int_equal(WEXITSTATUS(status), 0);
	else
		assert_int_equal(WTERMSIG(status), SIGKILL);
	return WIFEXITED(status);
}

static void check_incident(struct store *store, const char *id, bool told)
{
	CLEANUP(incident_row_done) struct incident_row row = {0};
	CLEANUP(history_list_done) struct history_list history = {0};
	struct dint_error err;
	bool found = incident_find(store, id, &row, &err);

	if (told && !found)
		fail_msg("%s was durable and is not there", id);
	assert_works(history_list(store, id, &history, &err), &err);
	assert_int_equal(history.count, found ? 2 : 0);
}

static void check_dump(const char *state_dir, bool told)
{
	struct upload *upload;
	char sha256[SHA256_TEXT], bytes[8] = "";
	struct dint_error err;
	CLEANUP(close_fd) int fd = dump_file_open(state_dir, SUM, &err);

	if (told && fd < 0)
		fail_msg("the dump was durable and is not there");
	if (fd >= 0) {
		assert_int_equal(io_pread_full(fd, bytes, 7, 0, &err), 3);
		assert_string_equal(bytes, "abc");
		return;
	}
	/* what is left of it is resumed */
	assert_works(upload_open(state_dir, OFFER, &upload, &err), &err);
	assert_in_range(upload_size(upload), 0, 3);
	assert_works(
		upload_append(upload, &"abc"[upload_size(upload)], 3 - upload_size(upload), &err),
		&err);
	assert_works(upload_finish(upload, NULL, sha256, &err), &err);
	assert_string_equal(sha256, SUM);
}

static void what_was_told_is_there(void **state)
{
	bool ended = false;
	unsigned fatal;

	(void)state;
	for (fatal = 1; !ended; fatal++) {
		char folder[FOLDER_BYTES], state_dir[FOLDER_BYTES], said[8];
		struct store *store;
		struct dint_error err;

		folder_make(folder, state_dir);
		ended = run_child(state_dir, fatal, said);
		assert_works(store_open(state_dir, &store, &err), &err);
		check_incident(store, FIRST, strchr(said, SAID_FIRST));
		check_incident(store, LAST, strchr(said, SAID_LAST));
		check_dump(state_dir, strchr(said, SAID_DUMP));
		store_close(store);
		folder_remove(folder);
		assert_int_equal(ended, strchr(said, SAID_END) != NULL);
	}
	print_message("killed at %u fault points\n", fatal - 2);
#ifdef DINT_FAULT_POINTS
	assert_in_range(fatal - 2, 15, 100);
#endif
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_told_is_there),
	};

	if (argc == 3)
		return be_the_child(argv[1], atoi(argv[2]));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
