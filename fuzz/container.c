/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole files that were packed, and what is in them. */
#include "file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(close_fd) int fd = fuzz_file(data, size);

	fuzz_dump(fd);
	return 0;
}
