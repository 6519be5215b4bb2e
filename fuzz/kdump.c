/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers, bitmaps, descriptors, notes and pages of a kdump file. */
#include "file.h"
#include "records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(close_fd) int fd = records_file(data, size);

	fuzz_dump(fd);
	return 0;
}
