/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages of kernel memory, copied when they are first looked at. */
#include "kernel/window.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

bool window_open(const struct kernel *kernel, kva_t start, uint64_t size, struct window *window,
		 struct dint_error *err)
{
	if (size > WINDOW_BYTES || start + size < start)
		return dint_fail(err, DINT_CORRUPT,
				 "a table of %" PRIu64 " bytes at 0x%" PRIx64
				 ", the most is %" PRIu64,
				 size, start, WINDOW_BYTES);
	memset(window, 0, sizeof(*window));
	window->kernel = kernel;
	window->start = start;
	window->size = size;
	window->n_pages = (start % WINDOW_PAGE + size + WINDOW_PAGE - 1) / WINDOW_PAGE;
	window->bytes = alloc_items(size, 1, WINDOW_BYTES, err);
	if (!window->bytes)
		return false;
	window->pages = xcalloc(window->n_pages + 1, 1);
	pthread_mutex_init(&window->lock, NULL);
	return true;
}

void window_done(struct window *window)
{
	if (!window->pages)
		return;
	pthread_mutex_destroy(&window->lock);
	free(window->bytes);
	free(window->pages);
	memset(window, 0, sizeof(*window));
}

/* With the lock held. The first and the last page are only in part the window's. */
static bool copy_page(struct window *window, size_t page, struct dint_error *err)
{
	size_t lead = window->start % WINDOW_PAGE;
	uint64_t from = page ? page * WINDOW_PAGE - lead : 0;
	uint64_t to = (page + 1) * WINDOW_PAGE - lead;

	if (to > window->size)
		to = window->size;
	return kernel_read(window->kernel, window->start + from, window->bytes + from, to - from,
			   err);
}

static bool need_page(struct window *window, size_t page, struct dint_error *err)
{
	bool here;

	if (__atomic_load_n(&window->pages[page], __ATOMIC_ACQUIRE))
		return true;
	pthread_mutex_lock(&window->lock);
	here = window->pages[page] || copy_page(window, page, err);
	__atomic_store_n(&window->pages[page], here, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&window->lock);
	return here;
}

const uint8_t *window_at(struct window *window, uint64_t at, size_t n, struct dint_error *err)
{
	if (at > window->size || n > window->size - at) {
		dint_error_set(err, DINT_CORRUPT,
			       "%zu bytes at offset %" PRIu64 " of a table of %" PRIu64, n, at,
			       window->size);
		return NULL;
	}
	size_t lead = window->start % WINDOW_PAGE;
	size_t first = (lead + at) / WINDOW_PAGE,
	       last = (lead + at + (n ? n - 1 : 0)) / WINDOW_PAGE;

	for (size_t page = first; n && page <= last; page++)
		if (!need_page(window, page, err))
			return NULL;
	return window->bytes + at;
}

const char *window_text(struct window *window, uint64_t at, size_t max, struct dint_error *err)
{
	size_t lead = window->start % WINDOW_PAGE, seen = 0;

	while (seen < max && at + seen < window->size) {
		size_t some = WINDOW_PAGE - (lead + at + seen) % WINDOW_PAGE;

		if (some > max - seen)
			some = max - seen;
		if (some > window->size - at - seen)
			some = window->size - at - seen;
		const uint8_t *here = window_at(window, at + seen, some, err);

		if (!here)
			return NULL;
		if (memchr(here, '\0', some))
			return (const char *)window->bytes + at;
		seen += some;
	}
	dint_error_set(err, DINT_CORRUPT, "no string at offset %" PRIu64 " of a table of %" PRIu64,
		       at, window->size);
	return NULL;
}
