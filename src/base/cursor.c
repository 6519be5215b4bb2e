/* SPDX-License-Identifier: MIT */
/* The bounds-checked reader: every read goes through cursor_bytes. */
#include "base/cursor.h"

#include <string.h>

const uint8_t *cursor_bytes(struct cursor *c, size_t n)
{
	const uint8_t *here;

	if (n > cursor_left(c)) {
		c->failed = true;
		return NULL;
	}
	here = c->bytes + c->at;
	c->at += n;
	return here;
}

void cursor_skip(struct cursor *c, size_t n)
{
	cursor_bytes(c, n);
}

void cursor_seek(struct cursor *c, size_t at)
{
	if (at > c->size)
		c->failed = true;
	else
		c->at = at;
}

void cursor_copy(struct cursor *c, void *to, size_t n)
{
	const uint8_t *from = cursor_bytes(c, n);

	if (from && n)
		memcpy(to, from, n);
	else if (n)
		memset(to, 0, n);
}

static uint64_t little(struct cursor *c, size_t width)
{
	const uint8_t *from = cursor_bytes(c, width);
	uint64_t value = 0;

	for (size_t i = 0; from && i < width; i++)
		value |= (uint64_t)from[i] << (8 * i);
	return value;
}

static uint64_t big(struct cursor *c, size_t width)
{
	const uint8_t *from = cursor_bytes(c, width);
	uint64_t value = 0;

	for (size_t i = 0; from && i < width; i++)
		value = value << 8 | from[i];
	return value;
}

uint8_t cursor_u8(struct cursor *c)
{
	return little(c, 1);
}

uint16_t cursor_u16(struct cursor *c)
{
	return little(c, 2);
}

uint32_t cursor_u32(struct cursor *c)
{
	return little(c, 4);
}

uint64_t cursor_u64(struct cursor *c)
{
	return little(c, 8);
}

uint16_t cursor_u16be(struct cursor *c)
{
	return big(c, 2);
}

uint32_t cursor_u32be(struct cursor *c)
{
	return big(c, 4);
}

uint64_t cursor_u64be(struct cursor *c)
{
	return big(c, 8);
}
