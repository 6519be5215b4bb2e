/* SPDX-License-Identifier: MIT */
/* A byte buffer: grows by doubling, drops from the front by moving what is left. */
#include "base/buffer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define BUFFER_FIRST_BYTES 256

void buffer_done(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){0};
}

void buffer_clear(struct buffer *buffer)
{
	buffer->size = 0;
}

uint8_t *buffer_room(struct buffer *buffer, size_t n)
{
	size_t capacity = buffer->capacity ? buffer->capacity : BUFFER_FIRST_BYTES;

	while (capacity - buffer->size < n)
		capacity *= 2;
	if (capacity != buffer->capacity) {
		buffer->bytes = xrealloc(buffer->bytes, capacity);
		buffer->capacity = capacity;
	}
	return buffer->bytes + buffer->size;
}

void buffer_grow(struct buffer *buffer, size_t n)
{
	assert(n <= buffer->capacity - buffer->size);
	buffer->size += n;
}

void buffer_add(struct buffer *buffer, const void *bytes, size_t n)
{
	uint8_t *room = buffer_room(buffer, n);

	if (n)
		memcpy(room, bytes, n);
	buffer->size += n;
}

void buffer_add_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void buffer_printf(struct buffer *buffer, const char *fmt, ...)
{
	va_list args;
	int length;

	va_start(args, fmt);
	length = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (length < 0)
		abort();
	va_start(args, fmt);
	vsnprintf((char *)buffer_room(buffer, length + 1), length + 1, fmt, args);
	va_end(args);
	buffer->size += length;
}

static void add_little(struct buffer *buffer, uint64_t value, size_t width)
{
	uint8_t *room = buffer_room(buffer, width);

	for (size_t i = 0; i < width; i++)
		room[i] = value >> (8 * i);
	buffer->size += width;
}

void buffer_add_u8(struct buffer *buffer, uint8_t value)
{
	add_little(buffer, value, 1);
}

void buffer_add_u16(struct buffer *buffer, uint16_t value)
{
	add_little(buffer, value, 2);
}

void buffer_add_u32(struct buffer *buffer, uint32_t value)
{
	add_little(buffer, value, 4);
}

void buffer_add_u64(struct buffer *buffer, uint64_t value)
{
	add_little(buffer, value, 8);
}

void buffer_drop(struct buffer *buffer, size_t n)
{
	assert(n <= buffer->size);
	buffer->size -= n;
	if (buffer->size)
		memmove(buffer->bytes, buffer->bytes + n, buffer->size);
}

const char *buffer_text(struct buffer *buffer)
{
	*buffer_room(buffer, 1) = '\0';
	return (const char *)buffer->bytes;
}
