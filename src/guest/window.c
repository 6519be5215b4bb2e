/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring: offset o of the stream lies at o modulo its size. */
#include "guest/window.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"

void guest_window_init(struct guest_window *window)
{
	*window = (struct guest_window){.ring = xmalloc(GUEST_WINDOW_BYTES)};
}

void guest_window_done(struct guest_window *window)
{
	free(window->ring);
	window->ring = NULL;
}

void guest_window_clear(struct guest_window *window)
{
	window->from = window->to = 0;
}

static size_t until_wrap(uint64_t offset)
{
	return GUEST_WINDOW_BYTES - offset % GUEST_WINDOW_BYTES;
}

static size_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint8_t *guest_window_room(struct guest_window *window, size_t *n)
{
	*n = least(GUEST_WINDOW_BYTES - (window->to - window->from), until_wrap(window->to));
	return window->ring + window->to % GUEST_WINDOW_BYTES;
}

bool guest_window_full(const struct guest_window *window)
{
	return window->to - window->from == GUEST_WINDOW_BYTES;
}

void guest_window_grow(struct guest_window *window, size_t n)
{
	window->to += n;
	assert(window->to - window->from <= GUEST_WINDOW_BYTES);
}

const uint8_t *guest_window_at(const struct guest_window *window, uint64_t offset, size_t *n)
{
	assert(guest_window_holds(window, offset));
	*n = least(window->to - offset, until_wrap(offset));
	return window->ring + offset % GUEST_WINDOW_BYTES;
}

bool guest_window_holds(const struct guest_window *window, uint64_t offset)
{
	return window->from <= offset && offset <= window->to;
}

void guest_window_drop(struct guest_window *window, uint64_t offset)
{
	assert(guest_window_holds(window, offset));
	window->from = offset;
}
