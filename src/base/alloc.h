/* SPDX-License-Identifier: MIT */
/*
 * Memory. A small allocation cannot fail (abort: a restarted daemon resumes from its store); a size
 * that came from outside can, and has a limit.
 */
#pragma once
#include <stddef.h>

#include "base/error.h"

void *xmalloc(size_t size_bytes);
void *xcalloc(size_t count, size_t size_bytes);
void *xrealloc(void *pointer, size_t size_bytes);
char *xstrdup(const char *text);
/* The same, and NULL for NULL: a text that may be absent. */
char *xstrdup_null(const char *text);
char *xstrndup(const char *text, size_t length);
char *xasprintf(const char *fmt, ...) PRINTF(1, 2);

/* Room for one more than count items, for arrays that grow one by one: reallocates when count is 0
 * or a power of two. Our own data only; what strangers can grow has a limit of its own. */
void *xgrow(void *items, size_t count, size_t size_bytes);

/* Zeroed room for count items of size_bytes; DINT_CORRUPT above limit items or when memory is out.
 * The caller frees it. NULL is failure, also for count 0 never (one item is made then). */
void *alloc_items(size_t count, size_t size_bytes, size_t limit, struct dint_error *err);
