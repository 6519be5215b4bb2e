/* SPDX-License-Identifier: MIT */
/*
 * Reading bytes that we do not trust. A read past the end yields zero and marks the cursor for
 * good, so a decoder reads a whole structure straight down and judges once, by cursor_ok.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cursor {
	const uint8_t *bytes;
	size_t size; /* bytes in all */
	size_t at;   /* next byte to read; <= size */
	bool failed; /* some read went past the end */
};

static inline struct cursor cursor_over(const void *bytes, size_t size_bytes)
{
	return (struct cursor){.bytes = bytes, .size = size_bytes};
}

static inline bool cursor_ok(const struct cursor *c)
{
	return !c->failed;
}

/* Bytes not yet read; 0 once the cursor has failed. */
static inline size_t cursor_left(const struct cursor *c)
{
	return c->failed ? 0 : c->size - c->at;
}

/* Points at the next n bytes and steps over them; NULL (and failed) when there are fewer. They live
 * as long as what the cursor is over. */
const uint8_t *cursor_bytes(struct cursor *c, size_t n);
void cursor_skip(struct cursor *c, size_t n);
/* Continues at an offset from the start; failed when it lies behind the end. */
void cursor_seek(struct cursor *c, size_t at);
/* Copies n bytes; zeros when there are fewer. */
void cursor_copy(struct cursor *c, void *to, size_t n);

uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_u16(struct cursor *c); /* little-endian, as all below but for _be */
uint32_t cursor_u32(struct cursor *c);
uint64_t cursor_u64(struct cursor *c);
uint16_t cursor_u16be(struct cursor *c);
uint32_t cursor_u32be(struct cursor *c);
uint64_t cursor_u64be(struct cursor *c);
