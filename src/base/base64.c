/* SPDX-License-Identifier: MIT */
/* Base 64, three bytes to four characters and back. */
#include "base/base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(const void *bytes, size_t n, struct buffer *to)
{
	const uint8_t *from = bytes;

	for (size_t at = 0; at < n; at += 3) {
		size_t have = n - at < 3 ? n - at : 3;
		uint32_t word = from[at] << 16;
		char four[4];

		if (have > 1)
			word |= from[at + 1] << 8;
		if (have > 2)
			word |= from[at + 2];
		for (unsigned i = 0; i < 4; i++)
			four[i] = i <= have ? alphabet[word >> (18 - 6 * i) & 63] : '=';
		buffer_add(to, four, 4);
	}
}

static bool decode_group(const char *four, bool last, struct buffer *to)
{
	uint32_t word = 0;
	unsigned padding = 0;

	for (unsigned i = 0; i < 4; i++) {
		const char *digit = four[i] ? strchr(alphabet, four[i]) : NULL;

		if (four[i] == '=' && last && i >= 2)
			padding++;
		else if (!digit || padding)
			return false;
		word = word << 6 | (padding ? 0 : digit - alphabet);
	}
	for (unsigned i = 0; i < 3 - padding; i++)
		buffer_add_u8(to, word >> (16 - 8 * i));
	return true;
}

bool base64_decode(const char *text, size_t n, struct buffer *to, struct dint_error *err)
{
	for (size_t at = 0; at < n; at += 4)
		if (n - at < 4 || !decode_group(text + at, n - at == 4, to))
			return dint_fail(err, DINT_BAD_REQUEST, "not base 64 at character %zu", at);
	return true;
}
