/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of a stream that may have to be sent again: from the byte up to which the host has
 * synced it to the last that the command wrote. A stream cannot be read twice.
 *
 * Half the channel's window: the host acknowledges after so many bytes at the latest
 * (docs/channel.md), so a stream never stands still for want of room here. dintd syncs and
 * acknowledges every 4 MiB: one such piece is filled while the other is being synced.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channel/session.h"

#define GUEST_WINDOW_BYTES (CHANNEL_WINDOW_BYTES / 2)

struct guest_window {
	uint8_t *ring; /* GUEST_WINDOW_BYTES */
	uint64_t from; /* offset in the stream of the first byte that is kept */
	uint64_t to;   /* … and behind the last */
};

void guest_window_init(struct guest_window *window);
void guest_window_done(struct guest_window *window);
/* A new stream. */
void guest_window_clear(struct guest_window *window);

/* Where the next bytes go, *n of them at the most; then say how many came. */
uint8_t *guest_window_room(struct guest_window *window, size_t *n);
void guest_window_grow(struct guest_window *window, size_t n);
bool guest_window_full(const struct guest_window *window);
/* Bytes from an offset that is kept; *n of them, less where the ring ends. */
const uint8_t *guest_window_at(const struct guest_window *window, uint64_t offset, size_t *n);
/* Whether the stream can go on from there. */
bool guest_window_holds(const struct guest_window *window, uint64_t offset);
/* The bytes before it are safe. */
void guest_window_drop(struct guest_window *window, uint64_t offset);
