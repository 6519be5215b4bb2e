/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers, bitmaps, descriptors, notes and pages of a kdump file. */
#include "base/cleanup.h"
#include "dump/dump.h"
#include "records.h"

#define PAGES 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(close_fd) int fd = records_file(data, size);
	CLEANUP(dump_close_ptr) struct dump *dump = NULL;
	struct dump_counts counts;
	struct dint_error err;
	uint8_t bytes[100];

	if (!dump_open(fd, &dump, &err))
		return 0;
	dump_count(dump, &counts);
	for (pfn_t pfn = 0; pfn < PAGES; pfn++) {
		dump_page_state(dump, pfn);
		dump_read(dump, (pfn + 1) * dump_facts(dump)->page_bytes - 50, bytes, sizeof(bytes),
			  &err);
	}
	return 0;
}
