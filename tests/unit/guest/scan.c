/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trees of tests/guest/trees: what is a dump in them, and what only looks like one. */
#include "../check.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "guest/ledger.h"
#include "guest/scan.h"

#define TREES "tests/guest/trees"

static const struct {
	const char *tree;
	const char *dumps[4]; /* in the order of their names */
	unsigned n, unfinished;
} trees[] = {
	{
		"debian",
		{"202601020304/dump.202601020304", "202601020306/dump.202601020306.gz",
		 "202601020307/vmcore.202601020307"},
		3,
		1,
	},
	{
		"redhat",
		{"10.0.0.7-2026-01-02-03:05:06/vmcore.flat",
		 "127.0.0.1-2026-01-02-03:04:05/vmcore"},
		2,
		1,
	},
	{
		"suse",
		{"2026-01-02-03-04/vmcore", "2026-01-02-03:05/vmcore"},
		2,
		1,
	},
};

static bool has(const struct guest_scan *scan, const char *layout, const char *wanted)
{
	for (unsigned i = 0; i < scan->n; i++) {
		char path[600];

		snprintf(path, sizeof(path), "%s/%s", scan->dumps[i].folder, scan->dumps[i].name);
		if (strcmp(path, wanted) == 0)
			return strcmp(scan->dumps[i].layout->name, layout) == 0;
	}
	return false;
}

static void finds_the_dumps_of_each_layout(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		CLEANUP(guest_scan_done) struct guest_scan scan = {0};
		struct dint_error err;
		char path[256];

		snprintf(path, sizeof(path), "%s/%s", TREES, trees[i].tree);
		assert_works(guest_scan(path, &scan, &err), &err);
		for (unsigned j = 0; j < trees[i].n; j++)
			if (!has(&scan, trees[i].tree, trees[i].dumps[j]))
				fail_msg("%s: %s was not found", trees[i].tree, trees[i].dumps[j]);
		assert_int_equal(scan.n, trees[i].n);
		assert_int_equal(scan.unfinished, trees[i].unfinished);
	}
}

static void says_when_there_is_no_directory(void **state)
{
	struct guest_scan scan;
	struct dint_error err;

	(void)state;
	assert_refused(guest_scan(TREES "/none", &scan, &err), &err, DINT_NOT_FOUND,
		       "none: No such");
}

/* A directory of the test's own with one dump; the caller removes it. */
static void make_dump(char folder[64], const char *content)
{
	char path[256];
	FILE *file;

	strcpy(folder, "/tmp/dint-scan-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/202601020304", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/202601020304/dump.202601020304", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(content, file);
	fclose(file);
}

static void remove_all(const char *folder)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	assert_int_equal(system(command), 0);
}

static void a_dump_that_was_replaced_is_not_opened(void **state)
{
	CLEANUP(guest_scan_done) struct guest_scan scan = {0};
	char folder[64], path[256];
	struct dint_error err;
	int fd;

	(void)state;
	make_dump(folder, "one");
	assert_works(guest_scan(folder, &scan, &err), &err);
	assert_int_equal(scan.n, 1);
	fd = guest_dump_open(folder, &scan.dumps[0], &err);
	assert_true(fd >= 0);
	close(fd);

	snprintf(path, sizeof(path), "%s/202601020304/dump.202601020304", folder);
	assert_int_equal(truncate(path, 2), 0);
	assert_int_equal(guest_dump_open(folder, &scan.dumps[0], &err), -1);
	assert_int_equal(err.code, DINT_CONFLICT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0); /* must not stop the open */
	assert_int_equal(guest_dump_open(folder, &scan.dumps[0], &err), -1);
	assert_int_equal(err.code, DINT_CONFLICT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(guest_dump_open(folder, &scan.dumps[0], &err), -1);
	remove_all(folder);
}

static void the_ledger_keeps_what_became_of_a_dump(void **state)
{
	CLEANUP(guest_scan_done) struct guest_scan scan = {0};
	const struct guest_dump *dump;
	char folder[64], ledger[128];
	struct dint_error err;

	(void)state;
	make_dump(folder, "one");
	snprintf(ledger, sizeof(ledger), "%s/state/deep", folder);
	assert_works(guest_scan(folder, &scan, &err), &err);
	dump = &scan.dumps[0];
	assert_int_equal(guest_ledger_find(ledger, &dump->id), GUEST_NEW);
	assert_works(guest_ledger_add(ledger, dump, GUEST_STORED, "stored", &err), &err);
	assert_int_equal(guest_ledger_find(ledger, &dump->id), GUEST_STORED);
	assert_works(guest_ledger_add(ledger, dump, GUEST_REFUSED, "no", &err), &err);
	assert_int_equal(guest_ledger_find(ledger, &dump->id), GUEST_REFUSED);
	assert_refused(guest_ledger_add("/proc/none", dump, GUEST_STORED, "", &err), &err,
		       DINT_NOT_FOUND, "/proc/none");
	remove_all(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_dumps_of_each_layout),
		cmocka_unit_test(says_when_there_is_no_directory),
		cmocka_unit_test(a_dump_that_was_replaced_is_not_opened),
		cmocka_unit_test(the_ledger_keeps_what_became_of_a_dump),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
