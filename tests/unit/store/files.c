/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/units.h"
#include "folder.h"
#include "store/files.h"

/* sha256sum of "abc" */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static int setup(void **state)
{
	char(*folder)[FOLDER_BYTES] = malloc(FOLDER_BYTES);
	char unused[FOLDER_BYTES];

	folder_make(*folder, unused);
	*state = folder;
	return 0;
}

static int teardown(void **state)
{
	folder_remove(*state);
	free(*state);
	return 0;
}

static struct upload *start(const char *dir, const char *id)
{
	struct upload *upload = NULL;
	struct dint_error err;

	assert_works(upload_open(dir, id, &upload, &err), &err);
	return upload;
}

static void append(struct upload *upload, const char *text)
{
	struct dint_error err;

	assert_works(upload_append(upload, text, strlen(text), &err), &err);
}

static unsigned files_in(const char *dir, const char *name)
{
	char path[256];
	DIR *folder;
	unsigned count = 0;

	folder_path(dir, name, path);
	folder = opendir(path);
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));)
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

static void assert_dump(const char *dir, const char *sha256, const char *content)
{
	struct dint_error err;
	CLEANUP(close_fd) int fd = dump_file_open(dir, sha256, &err);
	struct stat status;
	char bytes[64] = "";

	assert_true(fd >= 0);
	assert_int_equal(io_pread_full(fd, bytes, sizeof(bytes) - 1, 0, &err), strlen(content));
	assert_string_equal(bytes, content);
	assert_int_equal(fstat(fd, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_true(write(fd, "x", 1) < 0); /* read-only */
}

static void a_whole_upload_becomes_a_dump(void **state)
{
	const char *dir = *state;
	struct upload *upload = start(dir, "offer-1");
	uint8_t sum[SHA256_BYTES];
	char sha256[SHA256_TEXT], early[SHA256_TEXT];
	struct dint_error err;

	assert_int_equal(upload_size(upload), 0);
	append(upload, "ab");
	append(upload, "c");
	assert_works(upload_sync(upload, &err), &err);
	assert_int_equal(upload_size(upload), 3);
	assert_int_equal(files_in(dir, "dumps"), 0); /* not before it is whole */
	upload_sum(upload, sum);
	sha256_text(sum, early);
	assert_works(upload_finish(upload, sum, sha256, &err), &err);
	assert_string_equal(sha256, ABC);
	assert_string_equal(early, ABC);
	assert_dump(dir, ABC, "abc");
	assert_int_equal(files_in(dir, "partial"), 0);
}

static void an_upload_is_resumed_where_it_ended(void **state)
{
	const char *dir = *state;
	struct upload *upload = start(dir, "offer-1");
	char sha256[SHA256_TEXT];
	struct dint_error err;

	append(upload, "ab");
	upload_close(upload);
	upload = start(dir, "offer-1");
	assert_int_equal(upload_size(upload), 2);
	append(upload, "c");
	assert_works(upload_finish(upload, NULL, sha256, &err), &err);
	assert_string_equal(sha256, ABC);
	assert_dump(dir, ABC, "abc");
}

static void a_sum_that_lies_leaves_nothing(void **state)
{
	const char *dir = *state;
	struct upload *upload = start(dir, "offer-1");
	const uint8_t wanted[SHA256_BYTES] = {0x17};
	char sha256[SHA256_TEXT];
	struct dint_error err;

	append(upload, "abc");
	assert_refused(upload_finish(upload, wanted, sha256, &err), &err, DINT_CORRUPT,
		       "the dump's sum is " ABC ", 1700000000");
	assert_int_equal(files_in(dir, "partial"), 0);
	assert_int_equal(files_in(dir, "dumps"), 0);
}

static void a_stranger_in_the_file_is_noticed(void **state)
{
	const char *dir = *state;
	struct upload *upload = start(dir, "offer-1");
	char path[256], sha256[SHA256_TEXT];
	struct dint_error err;

	append(upload, "abc");
	folder_path(dir, "partial/offer-1", path);
	assert_int_equal(truncate(path, 2), 0);
	assert_refused(upload_finish(upload, NULL, sha256, &err), &err, DINT_CORRUPT,
		       "holds 2 bytes, and 3 came");
	assert_int_equal(files_in(dir, "dumps"), 0);
}

static void equal_dumps_are_kept_once(void **state)
{
	const char *dir = *state;
	char sha256[SHA256_TEXT];
	struct dint_error err;

	for (unsigned i = 0; i < 2; i++) {
		struct upload *upload = start(dir, i ? "offer-1" : "offer-2");

		append(upload, "abc");
		assert_works(upload_finish(upload, NULL, sha256, &err), &err);
		assert_dump(dir, ABC, "abc");
	}
	assert_int_equal(files_in(dir, "dumps"), 1);
	assert_int_equal(files_in(dir, "partial"), 0);
}

static void an_empty_dump_is_one_too(void **state)
{
	const char *dir = *state;
	char sha256[SHA256_TEXT];
	struct dint_error err;

	assert_works(upload_finish(start(dir, "offer-1"), NULL, sha256, &err), &err);
	assert_string_equal(sha256,
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void what_is_abandoned_is_gone(void **state)
{
	const char *dir = *state;
	struct upload *upload = start(dir, "offer-1");

	append(upload, "abc");
	upload_abandon(upload);
	assert_int_equal(files_in(dir, "partial"), 0);
	upload = start(dir, "offer-1");
	assert_int_equal(upload_size(upload), 0);
	upload_close(upload);
	upload_close(NULL);
	upload_abandon(NULL);
}

static void of_several_uploads_some_are_removed(void **state)
{
	static const char *const ids[] = {"m1-stream-a", "m1-stream-b", "m1-stream-c", "m1-dump",
					  "m2-stream-a"};
	struct dint_error err;
	uint64_t size = 1;

	assert_false(uploads_left(*state, "m1-stream-", NULL)); /* there is no such folder yet */
	assert_works(uploads_remove(*state, "m1-stream-", NULL, &size, &err), &err);
	assert_int_equal(size, 0);
	for (unsigned i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct upload *upload = start(*state, ids[i]);

		append(upload, "abc");
		upload_close(upload);
	}
	assert_works(uploads_remove(*state, "m1-stream-", "m1-stream-b", &size, &err), &err);
	assert_int_equal(size, 6);
	assert_int_equal(files_in(*state, "partial"), 3);
	assert_false(uploads_left(*state, "m1-stream-", "m1-stream-b"));
	assert_true(uploads_left(*state, "m1-stream-", NULL));
	assert_works(uploads_remove(*state, "m1-stream-", NULL, &size, &err), &err);
	assert_int_equal(size, 3);
	assert_int_equal(files_in(*state, "partial"), 2);
}

static void two_transfers_never_share_a_file(void **state)
{
	const char *dir = *state;
	struct upload *upload = start(dir, "offer-1"), *second = NULL;
	struct dint_error err;

	assert_refused(upload_open(dir, "offer-1", &second, &err), &err, DINT_CONFLICT,
		       "partial/offer-1 is being written by another transfer");
	upload_close(upload);
	upload_close(start(dir, "offer-1"));
}

static void somebody_else_may_write(void **state)
{
	const char *dir = *state;
	struct upload *upload = start(dir, "host-1");
	char sha256[SHA256_TEXT];
	struct dint_error err;
	int fd;

	append(upload, "from a run that was killed");
	fd = upload_lend(upload, &err);
	assert_true(fd >= 0);
	assert_int_equal(upload_size(upload), 0);
	/* a hypervisor seeks */
	assert_int_equal(pwrite(fd, "c", 1, 2), 1);
	assert_int_equal(pwrite(fd, "ab", 2, 0), 2);
	assert_true(read(fd, sha256, 1) < 0); /* write-only */
	close(fd);
	assert_works(upload_adopt(upload, &err), &err);
	assert_int_equal(upload_size(upload), 3);
	assert_works(upload_finish(upload, NULL, sha256, &err), &err);
	assert_string_equal(sha256, ABC);
}

/* A limit on the size of files stands for the full disk: both end a write in the middle. */
static void a_full_disk_keeps_what_was_there(void **state)
{
	const char *dir = *state;
	struct upload *upload = start(dir, "offer-1");
	struct rlimit before, low;
	char block[4096] = "", sha256[SHA256_TEXT];
	struct dint_error err;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	low = before;
	low.rlim_cur = 5000;
	append(upload, "abc");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
	assert_works(upload_append(upload, block, sizeof(block), &err), &err);
	assert_refused(upload_append(upload, block, sizeof(block), &err), &err, DINT_LIMIT,
		       "the first 4.0 KiB are kept: make room and send on");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(upload_size(upload), 3 + sizeof(block));
	upload_close(upload);
	upload = start(dir, "offer-1");
	assert_int_equal(upload_size(upload), 3 + sizeof(block));
	append(upload, "d");
	assert_works(upload_finish(upload, NULL, sha256, &err), &err);
	/* { printf abc; head -c 4096 /dev/zero; printf d; } | sha256sum */
	assert_string_equal(sha256,
			    "f219215c5d02e58741036ea419b1422e258dfbb8fc3a2fcd8bef0c76ed3f2145");
}

static const struct {
	const char *name, *id;
} wrong_ids[] = {
	{"nothing", ""},
	{"a way up", ".."},
	{"a folder", "a/b"},
	{"a space", "a b"},
	{"65 characters", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
};

static void ids_stay_inside_the_folder(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(wrong_ids); i++) {
		struct upload *upload = NULL;
		struct dint_error err;

		print_message("%s\n", wrong_ids[i].name);
		assert_refused(upload_open(*state, wrong_ids[i].id, &upload, &err), &err,
			       DINT_BAD_REQUEST, "1 to 64 letters, digits and '-'");
	}
}

static void a_link_is_not_followed(void **state)
{
	const char *dir = *state;
	struct upload *upload = NULL;
	struct dint_error err;
	char path[256], target[256];

	upload_close(start(dir, "offer-1"));
	folder_path(dir, "partial/offer-2", path);
	folder_path(dir, "victim", target);
	assert_int_equal(symlink(target, path), 0);
	assert_refused(upload_open(dir, "offer-2", &upload, &err), &err, DINT_SYSTEM, "offer-2");
	assert_int_not_equal(access(target, F_OK), 0);
}

static void deletion_is_real(void **state)
{
	const char *dir = *state;
	struct upload *upload = start(dir, "offer-1");
	char sha256[SHA256_TEXT];
	struct dint_error err;

	append(upload, "abc");
	assert_works(upload_finish(upload, NULL, sha256, &err), &err);
	assert_works(dump_file_delete(dir, ABC, &err), &err);
	assert_int_equal(files_in(dir, "dumps"), 0);
	assert_int_equal(dump_file_open(dir, ABC, &err), -1);
	assert_int_equal(err.code, DINT_NOT_FOUND);
	assert_works(dump_file_delete(dir, ABC, &err), &err);
}

static void a_dumps_name_is_a_sum(void **state)
{
	const char *dir = *state;
	struct dint_error err;

	assert_int_equal(dump_file_open(dir, "../dint.sqlite", &err), -1);
	assert_int_equal(err.code, DINT_BAD_REQUEST);
	assert_refused(dump_file_delete(dir, ABC "/..", &err), &err, DINT_BAD_REQUEST,
		       "the 64 hex digits");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_whole_upload_becomes_a_dump, setup, teardown),
		cmocka_unit_test_setup_teardown(an_upload_is_resumed_where_it_ended, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_sum_that_lies_leaves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_stranger_in_the_file_is_noticed, setup, teardown),
		cmocka_unit_test_setup_teardown(equal_dumps_are_kept_once, setup, teardown),
		cmocka_unit_test_setup_teardown(an_empty_dump_is_one_too, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_abandoned_is_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(of_several_uploads_some_are_removed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(two_transfers_never_share_a_file, setup, teardown),
		cmocka_unit_test_setup_teardown(somebody_else_may_write, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_disk_keeps_what_was_there, setup, teardown),
		cmocka_unit_test_setup_teardown(ids_stay_inside_the_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(a_link_is_not_followed, setup, teardown),
		cmocka_unit_test_setup_teardown(deletion_is_real, setup, teardown),
		cmocka_unit_test_setup_teardown(a_dumps_name_is_a_sum, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
