/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The floor under a report: how long it takes to read and unpack just the pages that it touched.
 *
 * usage: floor DUMP [N]		prints pages, and the least of N runs (21) in milliseconds
 *
 * A report is made once, in this process; the cache of unpacked pages then tells which those were.
 * Pages that are not packed are read where they lie and cost nothing here: give it a packed dump.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "diagnose/diagnose.h"
#include "dump/cache.h"
#include "dump/dump_internal.h"

#define PAGES_MAX (CACHE_BYTES / 4096)

static int fail(const struct dint_error *err)
{
	fprintf(stderr, "floor: %s\n", err->message);
	return 1;
}

static bool touched(int fd, pfn_t *pages, size_t *n, struct dint_error *err)
{
	CLEANUP(dump_close_ptr) struct dump *dump = NULL;
	CLEANUP(kernel_close_ptr) struct kernel *kernel = NULL;
	CLEANUP(buffer_done) struct buffer text = {0};
	CLEANUP(buffer_done) struct buffer warnings = {0};
	CLEANUP(close_fd) int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct json_writer w;

	if (!dump_open(fd, &dump, err) || !kernel_open(dump, &kernel, err))
		return false;
	json_writer_init(&w, &text, null);
	report_write(dump, kernel, NULL, REPORT_WHOLE, &system_clock,
		     system_clock.monotonic_us(&system_clock), &w, &warnings);
	*n = page_cache_list(dump->cache, pages, PAGES_MAX);
	return json_writer_end(&w, err);
}

/* Opens the dump anew, so that nothing is unpacked yet. */
static bool read_pages(int fd, const pfn_t *pages, size_t n, uint64_t *us, struct dint_error *err)
{
	CLEANUP(dump_close_ptr) struct dump *dump = NULL;
	uint64_t start = system_clock.monotonic_us(&system_clock);
	uint8_t byte;

	if (!dump_open(fd, &dump, err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!dump_read(dump, pages[i] * dump_facts(dump)->page_bytes, &byte, 1, err))
			return false;
	*us = system_clock.monotonic_us(&system_clock) - start;
	return true;
}

int main(int argc, char **argv)
{
	CLEANUP(close_fd) int fd = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	CLEANUP(free_ptr) pfn_t *pages = xcalloc(PAGES_MAX, sizeof(*pages));
	uint64_t us = 0, least = UINT64_MAX;
	struct dint_error err = {0};
	size_t n = 0;

	if (fd < 0) {
		fprintf(stderr, "usage: floor DUMP [N]\n");
		return 2;
	}
	if (!touched(fd, pages, &n, &err))
		return fail(&err);
	for (int i = 0; i < (argc > 2 ? atoi(argv[2]) : 21); i++) {
		if (!read_pages(fd, pages, n, &us, &err))
			return fail(&err);
		least = us < least ? us : least;
	}
	printf("%zu pages, %.2f ms\n", n, (double)least / 1000);
	return 0;
}
