/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The input as a file, and everything that is asked of a dump. */
#pragma once
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dump/dump.h"

#define FUZZ_PAGES 256

/* The caller closes it. */
static inline int fuzz_file(const uint8_t *data, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (write(fd, data, size) < 0)
		_exit(1);
	return fd;
}

static inline void fuzz_dump(int fd)
{
	CLEANUP(dump_close_ptr) struct dump *dump = NULL;
	struct dump_counts counts;
	struct dint_error err;
	uint8_t bytes[100];
	pfn_t pfn = 0;

	if (!dump_open(fd, &dump, &err))
		return;
	dump_count(dump, &counts);
	for (unsigned i = 0; i < FUZZ_PAGES; i++) {
		dump_page_state(dump, i);
		dump_read(dump, (i + 1) * (phys_t)dump_facts(dump)->page_bytes - 50, bytes,
			  sizeof(bytes), &err);
	}
	for (unsigned i = 0; i < FUZZ_PAGES && (pfn = dump_next_page(dump, pfn)) != UINT64_MAX; i++)
		dump_read(dump, pfn++ * dump_facts(dump)->page_bytes, bytes, sizeof(bytes), &err);
}
