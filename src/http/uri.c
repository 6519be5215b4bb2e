/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pair ( "&" pair )*, pair = name [ "=" value ], both percent-encoded */
#include "http/uri.h"

#include <string.h>

#include "base/text.h"

static int hex(char digit)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = digit ? strchr(digits, digit) : NULL;

	return at ? (at - digits) & 15 : -1;
}

static bool decode(const char *encoded, size_t n, struct buffer *to, struct dint_error *err)
{
	for (size_t i = 0; i < n; i++) {
		int high, low;

		if (encoded[i] != '%') {
			buffer_add_u8(to, encoded[i]);
			continue;
		}
		high = n - i > 2 ? hex(encoded[i + 1]) : -1;
		low = n - i > 2 ? hex(encoded[i + 2]) : -1;
		if (high < 0 || low < 0)
			return dint_fail(err, DINT_BAD_REQUEST, "a '%%' without two hex digits");
		if (!(high << 4 | low))
			return dint_fail(err, DINT_BAD_REQUEST, "a NUL");
		buffer_add_u8(to, high << 4 | low);
		i += 2;
	}
	return true;
}

static bool is_utf8(const uint8_t *bytes, size_t n)
{
	while (n) {
		size_t length = text_utf8(bytes, n);

		if (!length)
			return false;
		bytes += length;
		n -= length;
	}
	return true;
}

bool uri_decode(const char *encoded, size_t n, struct buffer *to, struct dint_error *err)
{
	size_t before = to->size;

	if (!decode(encoded, n, to, err))
		return false;
	if (to->size > before && !is_utf8(to->bytes + before, to->size - before))
		return dint_fail(err, DINT_BAD_REQUEST, "what is not UTF-8");
	return true;
}

/* Name, NUL, value, NUL. */
bool uri_query_next(struct uri_query *query, struct dint_error *err)
{
	size_t length, name_length, name_size;
	const char *equals;

	err->code = DINT_OK;
	query->at += strspn(query->at, "&");
	length = strcspn(query->at, "&");
	if (!length)
		return false;
	equals = memchr(query->at, '=', length);
	name_length = equals ? (size_t)(equals - query->at) : length;
	buffer_clear(&query->scratch);
	if (!uri_decode(query->at, name_length, &query->scratch, err))
		return false;
	buffer_add_u8(&query->scratch, 0);
	name_size = query->scratch.size;
	if (equals && !uri_decode(equals + 1, length - name_length - 1, &query->scratch, err))
		return false;
	query->name = buffer_text(&query->scratch);
	query->value = query->name + name_size;
	query->at += length;
	return true;
}

void uri_query_done(struct uri_query *query)
{
	buffer_done(&query->scratch);
}
