/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring, and a small machine that leaves out what is for a terminal (ECMA-48 §5.4). */
#include "machine/console_text.h"

#include <string.h>

static void ring_add(struct console_text *text, const uint8_t *bytes, size_t n)
{
	if (n > CONSOLE_RING_BYTES) {
		text->seen += n - CONSOLE_RING_BYTES;
		bytes += n - CONSOLE_RING_BYTES;
		n = CONSOLE_RING_BYTES;
	}
	while (n) {
		size_t at = text->seen % CONSOLE_RING_BYTES;
		size_t piece = CONSOLE_RING_BYTES - at < n ? CONSOLE_RING_BYTES - at : n;

		memcpy(text->ring + at, bytes, piece);
		text->seen += piece;
		bytes += piece;
		n -= piece;
	}
}

/* Whether the byte belongs to a sequence. */
static bool in_escape(struct console_text *text, uint8_t byte)
{
	enum console_escape before = text->escape;

	if (byte == 0x1b && before != ESCAPE_OSC) {
		text->escape = ESCAPE_ESC;
		text->escape_bytes = 0;
		return true;
	}
	if (before == ESCAPE_NONE)
		return false;
	/* A crash may cut a sequence short; the line's end is the end of it too. */
	if (byte == '\n' || byte == '\r' || ++text->escape_bytes > CONSOLE_SEQUENCE_BYTES) {
		text->escape = ESCAPE_NONE;
		return false;
	}
	if (before == ESCAPE_ESC && byte == '[')
		text->escape = ESCAPE_CSI;
	else if (before == ESCAPE_ESC && byte == ']')
		text->escape = ESCAPE_OSC;
	else if (before == ESCAPE_OSC && byte == 0x1b)
		text->escape = ESCAPE_OSC_ESC;
	else if (before == ESCAPE_OSC && byte == 0x07)
		text->escape = ESCAPE_NONE;
	else if (before == ESCAPE_ESC && byte >= 0x20 && byte <= 0x2f)
		text->escape = ESCAPE_ESC; /* intermediate: "ESC ( B" */
	else if (before == ESCAPE_CSI && byte < 0x40)
		text->escape = ESCAPE_CSI;
	else if (before != ESCAPE_OSC)
		text->escape = ESCAPE_NONE;
	return true;
}

void console_text_add(struct console_text *text, const uint8_t *bytes, size_t n,
		      console_line_fn *on_line, void *arg)
{
	ring_add(text, bytes, n);
	for (size_t i = 0; i < n; i++) {
		uint8_t byte = bytes[i];

		if (in_escape(text, byte))
			continue;
		if (byte == '\n' || byte == '\r') {
			text->line[text->length] = '\0';
			if (text->length && on_line)
				on_line(arg, text->line);
			text->length = 0;
		} else if ((byte >= 0x20 || byte == '\t') && byte != 0x7f &&
			   text->length < CONSOLE_LINE_BYTES) {
			text->line[text->length++] = byte == '\t' ? ' ' : byte;
		}
	}
}

void console_text_restore(struct console_text *text, const uint8_t *bytes, size_t n, uint64_t seen)
{
	if (n > seen)
		seen = n;
	text->seen = seen - n;
	ring_add(text, bytes, n);
}

size_t console_text_copy(const struct console_text *text, uint64_t *from, void *to, size_t n)
{
	uint64_t oldest = text->seen > CONSOLE_RING_BYTES ? text->seen - CONSOLE_RING_BYTES : 0;
	size_t copied = 0;

	if (*from < oldest)
		*from = oldest;
	if (*from > text->seen)
		*from = text->seen;
	if (n > text->seen - *from)
		n = text->seen - *from;
	while (copied < n) {
		size_t at = (*from + copied) % CONSOLE_RING_BYTES;
		size_t piece = CONSOLE_RING_BYTES - at;

		if (piece > n - copied)
			piece = n - copied;
		memcpy((uint8_t *)to + copied, text->ring + at, piece);
		copied += piece;
	}
	return n;
}
