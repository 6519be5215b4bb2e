/* SPDX-License-Identifier: MIT */
/* Escaping for terminals, IEC sizes, numbers and durations read strictly. */
#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

/* The sequence's length by its first byte (RFC 3629); 0: cannot start one. */
static size_t sequence_length(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

static uint32_t decode(const uint8_t *bytes, size_t n)
{
	static const uint8_t first_bits[5] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t point = bytes[0] & first_bits[n];

	for (size_t i = 1; i < n; i++)
		point = point << 6 | (bytes[i] & 0x3f);
	return point;
}

size_t text_utf8(const uint8_t *bytes, size_t n)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = n ? sequence_length(bytes[0]) : 0;
	uint32_t point;

	if (!length || length > n)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	point = decode(bytes, length);
	if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	return length;
}

/* Control characters, and those that reorder what stands around them (Unicode TR 36). */
static bool is_harmless(uint32_t point)
{
	if (point < 0x20 || (point >= 0x7f && point < 0xa0))
		return false;
	if (point == 0x061c || point == 0x200e || point == 0x200f || point == 0xfeff)
		return false;
	return !(point >= 0x2028 && point <= 0x202e) && !(point >= 0x2066 && point <= 0x2069);
}

void text_escape(struct buffer *to, const void *bytes, size_t n)
{
	const uint8_t *from = bytes;

	while (n) {
		size_t length = text_utf8(from, n);

		if (length && is_harmless(decode(from, length))) {
			buffer_add(to, from, length);
		} else {
			length = length ? length : 1;
			for (size_t i = 0; i < length; i++)
				buffer_printf(to, "\\x%02x", from[i]);
		}
		from += length;
		n -= length;
	}
}

void text_size(uint64_t size_bytes, char text[TEXT_SIZE])
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double value = size_bytes / 1024.0;
	size_t unit = 0;

	if (size_bytes < KIB) {
		snprintf(text, TEXT_SIZE, "%" PRIu64 " B", size_bytes);
		return;
	}
	for (; value >= 1024 && unit + 1 < ARRAY_SIZE(units); unit++)
		value /= 1024;
	snprintf(text, TEXT_SIZE, "%.1f %s", value, units[unit]);
}

static bool leading_number(const char *text, uint64_t *value, const char **rest)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*value = strtoull(text, &end, !strncmp(text, "0x", 2) ? 16 : 10);
	*rest = end;
	return !errno;
}

bool text_number(const char *text, uint64_t *value, struct dint_error *err)
{
	const char *rest;
	uint64_t number;

	if (!leading_number(text, &number, &rest) || *rest)
		return dint_fail(err, DINT_BAD_REQUEST, "not a number: '%.40s'", text);
	*value = number;
	return true;
}

bool text_duration(const char *text, uint64_t *value_ms, struct dint_error *err)
{
	static const struct {
		const char *name;
		uint64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
	const char *rest;
	uint64_t number;

	if (leading_number(text, &number, &rest))
		for (size_t i = 0; i < ARRAY_SIZE(units); i++)
			if (!strcmp(rest, units[i].name) && number <= UINT32_MAX) {
				*value_ms = number * units[i].ms;
				return true;
			}
	return dint_fail(err, DINT_BAD_REQUEST,
			 "not a duration: '%.40s' (a number and ms, s, m or h: 90s)", text);
}
