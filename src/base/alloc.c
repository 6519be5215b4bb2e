/* SPDX-License-Identifier: MIT */
/* Allocation that aborts when it is ours, and refuses when the size came from outside. */
#include "base/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *xmalloc(size_t size_bytes)
{
	void *pointer = malloc(size_bytes ? size_bytes : 1);

	if (!pointer)
		abort();
	return pointer;
}

void *xcalloc(size_t count, size_t size_bytes)
{
	void *pointer = calloc(count ? count : 1, size_bytes ? size_bytes : 1);

	if (!pointer)
		abort();
	return pointer;
}

void *xrealloc(void *pointer, size_t size_bytes)
{
	void *moved = realloc(pointer, size_bytes ? size_bytes : 1);

	if (!moved)
		abort();
	return moved;
}

char *xstrdup(const char *text)
{
	return xstrndup(text, strlen(text));
}

char *xstrdup_null(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

char *xstrndup(const char *text, size_t length)
{
	size_t end = strnlen(text, length);
	char *copy = xmalloc(end + 1);

	memcpy(copy, text, end);
	copy[end] = '\0';
	return copy;
}

char *xasprintf(const char *fmt, ...)
{
	va_list args;
	char *text;
	int used;

	va_start(args, fmt);
	used = vasprintf(&text, fmt, args);
	va_end(args);
	if (used < 0)
		abort();
	return text;
}

void *xgrow(void *items, size_t count, size_t size_bytes)
{
	if (count & (count - 1))
		return items;
	return xrealloc(items, (count * 2 + 1) * size_bytes);
}

void *alloc_items(size_t count, size_t size_bytes, size_t limit, struct dint_error *err)
{
	void *items;

	if (count > limit) {
		dint_error_set(err, DINT_CORRUPT, "%zu items, the most is %zu", count, limit);
		return NULL;
	}
	items = calloc(count ? count : 1, size_bytes);
	if (!items)
		dint_error_set(err, DINT_CORRUPT, "%zu items of %zu bytes do not fit into memory",
			       count, size_bytes);
	return items;
}
