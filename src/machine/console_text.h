/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A serial console's output: its last bytes as they came, and its lines made clean; no I/O.
 *
 * CR and LF both end a line (makedumpfile draws its progress with CR), empty lines are not told.
 * Terminal sequences (ESC …, CSI, OSC) and control characters are left out; bytes above 0x7f stay,
 * UTF-8 or not: escape a line before it is shown.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONSOLE_RING_BYTES 65536
/* Of one line, as much as is told; printk's longest is about 1000. */
#define CONSOLE_LINE_BYTES 1024
/* Longest OSC that is believed; a longer one was none, and what follows is text again. */
#define CONSOLE_SEQUENCE_BYTES 256

enum console_escape { ESCAPE_NONE, ESCAPE_ESC, ESCAPE_CSI, ESCAPE_OSC, ESCAPE_OSC_ESC };

struct console_text {
	uint8_t ring[CONSOLE_RING_BYTES];
	uint64_t seen; /* bytes ever; the last of them are in the ring */
	char line[CONSOLE_LINE_BYTES + 1];
	size_t length;
	enum console_escape escape;
	size_t escape_bytes;
};

/* The line is NUL-terminated, holds no NUL, and lives while the callback runs. */
typedef void console_line_fn(void *arg, const char *line);

/* Zero-initialise a console_text to start. */
void console_text_add(struct console_text *text, const uint8_t *bytes, size_t n,
		      console_line_fn *on_line, void *arg);
/* Bytes that were kept before a restart, the last of seen ones: into the ring, and no lines. */
void console_text_restore(struct console_text *text, const uint8_t *bytes, size_t n, uint64_t seen);
/* Copies up to n bytes from an offset, counted from the first byte ever; what has left the ring is
 * skipped. *from becomes the offset of the first byte copied. */
size_t console_text_copy(const struct console_text *text, uint64_t *from, void *to, size_t n);
