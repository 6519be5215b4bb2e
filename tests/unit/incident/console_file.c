/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "incident/console_file.h"
#include "machine/console.h"

static const struct console_handlers none = {0};

struct fixture {
	char folder[32];
	sd_event *loop;
	struct console *console;
	struct console_file *file;
};

static void open_both(struct fixture *f)
{
	struct dint_error err;

	assert_works(console_open(f->loop, "/nowhere/console", &none, NULL, &f->console, &err),
		     &err);
	assert_works(console_file_open(f->folder, "web1", f->console, &f->file, &err), &err);
}

static void close_both(struct fixture *f)
{
	console_file_close(f->file);
	console_close(f->console);
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	snprintf(f->folder, sizeof(f->folder), "/tmp/console.XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	assert_true(sd_event_new(&f->loop) >= 0);
	open_both(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *file = xasprintf("%s/consoles/web1", f->folder);
	CLEANUP(free_ptr) char *folder = xasprintf("%s/consoles", f->folder);

	close_both(f);
	sd_event_unref(f->loop);
	unlink(file);
	rmdir(folder);
	rmdir(f->folder);
	free(f);
	return 0;
}

static void add(struct fixture *f, const void *bytes, size_t n, uint64_t at)
{
	struct dint_error err;

	assert_works(console_file_add(f->file, bytes, n, at, 7000 + at, &err), &err);
}

/* What a console that is opened anew has: its last bytes, and how many there ever were. */
static void assert_comes_back(struct fixture *f, const char *end, uint64_t seen, size_t kept)
{
	CLEANUP(free_ptr) char *bytes = xmalloc(CONSOLE_RING_BYTES + 1);
	uint64_t from = 0;
	size_t n;

	close_both(f);
	open_both(f);
	assert_int_equal(console_seen(f->console), seen);
	n = console_copy(f->console, &from, bytes, CONSOLE_RING_BYTES);
	assert_int_equal(n, kept);
	assert_true(n >= strlen(end));
	assert_memory_equal(bytes + n - strlen(end), end, strlen(end));
}

static void pieces_come_back(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(console_file_last_us(f->file), 0);
	add(f, "hello ", 6, 0);
	add(f, "world\n", 6, 6);
	assert_comes_back(f, "hello world\n", 12, 12);
	assert_int_equal(console_file_last_us(f->file), 7006);
	add(f, "more", 4, 12);
	assert_comes_back(f, "world\nmore", 16, 16);
}

static void a_ring_that_has_gone_round(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *bulk = xmalloc(3 * CONSOLE_RING_BYTES);

	memset(bulk, 'x', 3 * CONSOLE_RING_BYTES);
	add(f, bulk, CONSOLE_RING_BYTES - 3, 0);
	add(f, "across", 6, CONSOLE_RING_BYTES - 3);
	assert_comes_back(f, "xxacross", CONSOLE_RING_BYTES + 3, CONSOLE_RING_BYTES);
	memcpy(bulk + 3 * CONSOLE_RING_BYTES - 3, "end", 3);
	add(f, bulk, 3 * CONSOLE_RING_BYTES, CONSOLE_RING_BYTES + 3);
	assert_comes_back(f, "xxend", 4 * CONSOLE_RING_BYTES + 3, CONSOLE_RING_BYTES);
}

static const struct {
	const char *name, *bytes;
	size_t n;
} strangers[] = {
	{"empty", "", 0},
	{"cut in its head", "dintcon1\x05", 9},
	{"another's", "SQLite format 3\0\0\0\0\0\0\0\0\0", 24},
	{"a count beyond reason", "dintcon1\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\0", 24},
};

static void a_file_of_somebody_else_is_begun_anew(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *path = xasprintf("%s/consoles/web1", f->folder);

	for (size_t i = 0; i < ARRAY_SIZE(strangers); i++) {
		int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

		print_message("%s\n", strangers[i].name);
		assert_int_equal(write(fd, strangers[i].bytes, strangers[i].n), strangers[i].n);
		close(fd);
		assert_comes_back(f, "", 0, 0);
	}
	add(f, "a", 1, 0);
	assert_comes_back(f, "a", 1, 1);
}

static void a_count_without_its_bytes_reads_as_zeros(void **state)
{
	struct fixture *f = *state;
	CLEANUP(free_ptr) char *path = xasprintf("%s/consoles/web1", f->folder);

	add(f, "abc", 3, 0);
	assert_int_equal(truncate(path, 25), 0);
	close_both(f);
	open_both(f);
	assert_int_equal(console_seen(f->console), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pieces_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_ring_that_has_gone_round, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_of_somebody_else_is_begun_anew, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_count_without_its_bytes_reads_as_zeros, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
