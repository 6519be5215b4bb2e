/* SPDX-License-Identifier: MIT */
/* Texts in payloads: a byte of length, then printable ASCII. */
#pragma once
#include "base/buffer.h"
#include "base/cursor.h"
#include "channel/message.h"

/* What is longer than CHANNEL_TEXT_MAX is cut. */
void channel_text_encode(const char *text, struct buffer *to);
/* What is not printable becomes '?'. */
void channel_text_decode(struct cursor *c, char text[CHANNEL_TEXT_MAX + 1]);
/* A name becomes part of a path on the other side: nothing in it may lead elsewhere. */
bool channel_name_decode(struct cursor *c, const char *what, bool may_be_empty,
			 char name[CHANNEL_NAME_MAX + 1], struct dint_error *err);
