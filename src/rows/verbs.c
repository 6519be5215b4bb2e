/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of lists, in the order of the help. */
#include <string.h>

#include "base/io.h"
#include "rows/rows.h"

#define FLUSH_BYTES 65536

const struct rows_verb *const rows_verbs[] = {
	&rows_dmesg, &rows_bt,	 &rows_tasks, &rows_modules, &rows_sym,
	&rows_what,  &rows_show, &rows_read,  NULL,
};

bool rows_flag(const struct rows_request *request, const char *name)
{
	for (size_t i = 0; i < ROWS_FLAGS_MAX && request->flags[i]; i++)
		if (strcmp(request->flags[i], name) == 0)
			return true;
	return false;
}

bool rows_flush(struct rows_out *out, bool all, struct dint_error *err)
{
	if (out->text->size < (all ? 1 : FLUSH_BYTES))
		return true;
	if (!io_write_all(out->fd, out->text->bytes, out->text->size, err))
		return false;
	buffer_clear(out->text);
	return true;
}
