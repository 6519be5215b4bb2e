/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Drops ESC [ [0-9;]* m, keeps what may still become that or a character. */
#include "programs/dint/console_text.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define ESCAPE 0x1b

enum piece { PIECE_SHOWN, PIECE_DROPPED, PIECE_UNFINISHED };

/* What stands at the front, and in *length how much of it is that. */
static enum piece look_at(const uint8_t *bytes, size_t n, size_t *length)
{
	size_t i = 2;

	*length = 1;
	if (bytes[0] == '\r')
		return PIECE_DROPPED;
	if (bytes[0] == ESCAPE) {
		if (n > 1 && bytes[1] != '[')
			return PIECE_SHOWN;
		while (i < n && (bytes[i] == ';' || (bytes[i] >= '0' && bytes[i] <= '9')))
			i++;
		if (i >= n)
			return n < CONSOLE_SEQUENCE_MAX ? PIECE_UNFINISHED : PIECE_SHOWN;
		if (bytes[i] != 'm' || i >= CONSOLE_SEQUENCE_MAX)
			return PIECE_SHOWN;
		*length = i + 1;
		return PIECE_DROPPED;
	}
	if (text_utf8(bytes, n)) {
		*length = text_utf8(bytes, n);
		return PIECE_SHOWN;
	}
	for (i = 1; i < n && (bytes[i] & 0xc0) == 0x80;)
		i++;
	return bytes[0] >= 0xc2 && bytes[0] <= 0xf4 && i == n && n < 4 ? PIECE_UNFINISHED
								       : PIECE_SHOWN;
}

static void show(struct buffer *to, const uint8_t *bytes, size_t n)
{
	if (bytes[0] == '\n' || bytes[0] == '\t')
		buffer_add_u8(to, bytes[0]);
	else
		text_escape(to, bytes, n);
}

void console_text_add(struct console_text *text, struct buffer *to, const void *bytes, size_t n)
{
	CLEANUP(buffer_done) struct buffer all = {0};
	size_t at = 0;

	buffer_add(&all, text->pending, text->pending_size);
	buffer_add(&all, bytes, n);
	text->pending_size = 0;
	while (at < all.size) {
		size_t length;
		enum piece piece = look_at(all.bytes + at, all.size - at, &length);

		if (piece == PIECE_UNFINISHED) {
			text->pending_size = all.size - at;
			memcpy(text->pending, all.bytes + at, text->pending_size);
			return;
		}
		if (piece == PIECE_SHOWN)
			show(to, all.bytes + at, length);
		at += length;
	}
}

void console_text_end(struct console_text *text, struct buffer *to)
{
	text_escape(to, text->pending, text->pending_size);
	text->pending_size = 0;
}
