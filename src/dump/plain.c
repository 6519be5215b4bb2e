/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing a file in its plain order. */
#include "dump/plain.h"

#include "base/cleanup.h"
#include "dump/file.h"
#include "dump/flattened.h"

bool dump_write_plain(int from, int to, bool *cut, struct dint_error *err)
{
	CLEANUP(dump_file_done) struct dump_file file = {0};
	uint8_t head[FORMAT_HEAD_BYTES];

	if (!dump_file_open(from, &file, err))
		return false;

	size_t n = dump_file_read(&file, 0, head, sizeof(head));

	if (format_flattened.recognise(head, n) && !format_flattened.unwrap(&file, err))
		return false;
	*cut = file.cut;
	return dump_file_write_plain(&file, to, err);
}
