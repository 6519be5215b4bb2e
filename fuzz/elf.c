/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers, notes and segments of an ELF. */
#include "file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(close_fd) int fd = fuzz_file(data, size);

	fuzz_dump(fd);
	return 0;
}
