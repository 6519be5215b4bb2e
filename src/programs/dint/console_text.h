/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A console's bytes made fit for a terminal, piece by piece: lines and tabs stay, carriage returns
 * and colours (ESC [ … m) go, everything else that is no printable UTF-8 becomes \xNN.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define CONSOLE_SEQUENCE_MAX 32 /* bytes of a colour that are waited for; a longer one is shown */

struct console_text {
	uint8_t pending[CONSOLE_SEQUENCE_MAX]; /* the start of a character or a colour */
	size_t pending_size;
};

void console_text_add(struct console_text *text, struct buffer *to, const void *bytes, size_t n);
/* What never came to its end is shown too. */
void console_text_end(struct console_text *text, struct buffer *to);
