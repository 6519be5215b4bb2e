/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stretch of kernel memory that is copied page by page as it is looked at: large tables of which
 * one wants little. What was copied stays where it is until the window is closed. Several threads
 * may look at a time.
 */
#pragma once
#include <pthread.h>

#include "kernel/kernel.h"

#define WINDOW_PAGE  ((size_t)4096)
#define WINDOW_BYTES ((uint64_t)256 << 20) /* BTF is 5 to 10 MB, a list of all names 3 */

struct window {
	const struct kernel *kernel; /* borrowed */
	kva_t start;
	uint64_t size;
	uint8_t *bytes;
	bool *pages; /* which of the pages from the one that start lies in are copied */
	size_t n_pages;
	pthread_mutex_t lock;
};

/* Nothing is read yet. DINT_CORRUPT above WINDOW_BYTES. A window that was opened cannot be moved.
 */
bool window_open(const struct kernel *kernel, kva_t start, uint64_t size, struct window *window,
		 struct dint_error *err);
void window_done(struct window *window);

/* n bytes at an offset. NULL: past the end (DINT_CORRUPT), or kernel_read's reason. */
const uint8_t *window_at(struct window *window, uint64_t at, size_t n, struct dint_error *err);
/* A string of at most max bytes with its NUL; NULL as above, and where it has no end. */
const char *window_text(struct window *window, uint64_t at, size_t max, struct dint_error *err);
