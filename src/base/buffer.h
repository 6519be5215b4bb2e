/* SPDX-License-Identifier: MIT */
/*
 * Bytes that grow at the end and are taken from the front. Zero-initialise to start. Whoever
 * fills one with what strangers send checks its size against a limit of his own.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct buffer {
	uint8_t *bytes;
	size_t size;	 /* bytes in use */
	size_t capacity; /* bytes allocated */
};

void buffer_done(struct buffer *buffer);
/* Forgets the content, keeps the memory. */
void buffer_clear(struct buffer *buffer);
/* At least n free bytes at the end, whose start is returned; say how many were used with grow. */
uint8_t *buffer_room(struct buffer *buffer, size_t n);
void buffer_grow(struct buffer *buffer, size_t n);
void buffer_add(struct buffer *buffer, const void *bytes, size_t n);
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_printf(struct buffer *buffer, const char *fmt, ...) PRINTF(2, 3);
void buffer_add_u8(struct buffer *buffer, uint8_t value);
void buffer_add_u16(struct buffer *buffer, uint16_t value); /* little-endian, as below */
void buffer_add_u32(struct buffer *buffer, uint32_t value);
void buffer_add_u64(struct buffer *buffer, uint64_t value);
/* Drops n bytes from the front. */
void buffer_drop(struct buffer *buffer, size_t n);
/* The content as a string, NUL-terminated (the NUL is not counted); valid until the next change. */
const char *buffer_text(struct buffer *buffer);
