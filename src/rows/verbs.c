/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of lists, in the order of the help. */
#include "base/io.h"
#include "rows/rows.h"

#define FLUSH_BYTES 65536

const struct rows_verb *const rows_verbs[] = {
	&rows_dmesg,
	NULL,
};

bool rows_flush(struct rows_out *out, bool all, struct dint_error *err)
{
	if (out->text->size < (all ? 1 : FLUSH_BYTES))
		return true;
	if (!io_write_all(out->fd, out->text->bytes, out->text->size, err))
		return false;
	buffer_clear(out->text);
	return true;
}
