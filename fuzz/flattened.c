/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An index of records gives what writing them one after the other gives. */
#include "dump/flattened.h"
#include "records.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/cursor.h"

#define PLAIN_BYTES 65536 /* what lies behind is read, and not compared */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writes the records as makedumpfile -R does. */
static void write_records(const uint8_t *data, size_t size, uint8_t *plain)
{
	struct cursor c = cursor_over(data, size);

	while (cursor_left(&c) >= 16) {
		uint64_t at = cursor_u64be(&c), n = cursor_u64be(&c);

		if (at == UINT64_MAX && n == UINT64_MAX)
			return;
		if (n > cursor_left(&c))
			n = cursor_left(&c);
		const uint8_t *bytes = cursor_bytes(&c, n);

		if (bytes && at < PLAIN_BYTES)
			memcpy(plain + at, bytes, n < PLAIN_BYTES - at ? n : PLAIN_BYTES - at);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(close_fd) int fd = records_file(data, size);
	CLEANUP(dump_file_done) struct dump_file file = {0};
	static const size_t piece = 4096;
	uint8_t want[PLAIN_BYTES] = {0}, got[4096], scratch[4096];
	struct dint_error err;

	if (!dump_file_open(fd, &file, &err) || !flattened_index(&file, &err))
		return 0;
	write_records(data, size, want);
	for (size_t at = 0; at < PLAIN_BYTES; at += piece) {
		size_t n = dump_file_read(&file, at, got, piece);
		const uint8_t *bytes = dump_file_bytes(&file, at, n, scratch);

		if (memcmp(got, want + at, piece) != 0 || (n && memcmp(got, bytes, n) != 0))
			abort();
	}
	dump_file_read(&file, file.size - 1, got, piece);
	return 0;
}
