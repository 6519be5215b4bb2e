/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bytes=FIRST-LAST | bytes=FIRST- | bytes=-COUNT (RFC 9110, section 14.1.2) */
#include "http/range.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Digits at the front; a number above what fits is the largest. False where there is none. */
static bool read_number(const char **text, uint64_t *value)
{
	const char *start = *text;

	for (*value = 0; **text >= '0' && **text <= '9'; (*text)++)
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, **text - '0', value))
			*value = UINT64_MAX / 16;
	return *text > start;
}

static enum http_range piece(uint64_t whole, uint64_t first, uint64_t last, uint64_t *offset,
			     uint64_t *size)
{
	if (first >= whole)
		return RANGE_BEHIND;
	*offset = first;
	*size = (last < whole ? last + 1 : whole) - first;
	return RANGE_PIECE;
}

enum http_range http_range_read(const char *header, uint64_t whole, uint64_t *offset,
				uint64_t *size)
{
	uint64_t first, last = UINT64_MAX - 1;
	bool has_first, has_last;

	if (!header || strncasecmp(header, "bytes=", 6))
		return RANGE_WHOLE;
	header += 6;
	has_first = read_number(&header, &first);
	if (*header++ != '-')
		return RANGE_WHOLE;
	has_last = read_number(&header, has_first ? &last : &first);
	if (*header || (!has_first && !has_last))
		return RANGE_WHOLE;
	if (!has_first) /* the last so many */
		return first ? piece(whole, first < whole ? whole - first : 0, UINT64_MAX - 1,
				     offset, size)
			     : RANGE_BEHIND;
	if (!has_last)
		last = UINT64_MAX - 1;
	if (last < first)
		return RANGE_WHOLE;
	return piece(whole, first, last, offset, size);
}
