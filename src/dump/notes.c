/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walking ELF notes. */
#include "dump/notes.h"

#include <string.h>

static size_t padded(uint32_t size)
{
	return ((size_t)size + 3) & ~(size_t)3;
}

static void skip_at_most(struct cursor *c, size_t n)
{
	cursor_skip(c, n < cursor_left(c) ? n : cursor_left(c));
}

bool note_next(struct cursor *c, struct note *note)
{
	uint32_t name_size = cursor_u32(c);
	uint32_t size = cursor_u32(c);
	uint32_t type = cursor_u32(c);
	size_t at = c->at;

	if (!cursor_ok(c) || name_size == 0 || padded(name_size) > cursor_left(c))
		return false;
	memset(note, 0, sizeof(*note));
	note->type = type;
	cursor_copy(c, note->name, name_size < NOTE_NAME_BYTES ? name_size : NOTE_NAME_BYTES - 1);
	cursor_seek(c, at + padded(name_size));
	note->content = c->bytes + c->at;
	note->size = size < cursor_left(c) ? size : (uint32_t)cursor_left(c);
	skip_at_most(c, padded(size));
	return true;
}
