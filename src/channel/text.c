/* SPDX-License-Identifier: MIT */
/* Texts and names, as payloads carry them. */
#include "channel/text_internal.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static bool is_plain(uint8_t byte)
{
	return byte >= 0x20 && byte < 0x7f;
}

void channel_text_encode(const char *text, struct buffer *to)
{
	size_t n = strnlen(text, CHANNEL_TEXT_MAX);

	buffer_add_u8(to, n);
	buffer_add(to, text, n);
}

void channel_text_decode(struct cursor *c, char text[CHANNEL_TEXT_MAX + 1])
{
	size_t n = cursor_u8(c);

	cursor_copy(c, text, n);
	for (size_t i = 0; i < n; i++)
		text[i] = is_plain(text[i]) ? text[i] : '?';
	text[n] = '\0';
}

static bool refuse_name(const char *what, const uint8_t *name, size_t n, const char *why,
			struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer shown = {0};

	text_escape(&shown, name, n);
	return dint_fail(err, DINT_CORRUPT, "%s '%.80s' %s", what, buffer_text(&shown), why);
}

bool channel_name_decode(struct cursor *c, const char *what, bool may_be_empty,
			 char name[CHANNEL_NAME_MAX + 1], struct dint_error *err)
{
	size_t n = cursor_u8(c);
	const uint8_t *from = cursor_bytes(c, n);

	if (!from || !cursor_ok(c))
		return dint_fail(err, DINT_CORRUPT, "%s is cut short", what);
	if (!n && !may_be_empty)
		return dint_fail(err, DINT_CORRUPT, "%s is empty", what);
	for (size_t i = 0; i < n; i++)
		if (!is_plain(from[i]))
			return refuse_name(what, from, n, "has bytes that are not printable", err);
	if (memchr(from, '/', n))
		return refuse_name(what, from, n, "has a '/'", err);
	if (memmem(from, n, "..", 2) || (n == 1 && from[0] == '.'))
		return refuse_name(what, from, n, "leads to another directory", err);
	memcpy(name, from, n);
	name[n] = '\0';
	return true;
}
