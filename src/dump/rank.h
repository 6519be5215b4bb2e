/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many bits are set before a place in a bitmap, in constant time: counts per 512 bits, kept
 * beside it, an eighth of the bitmap's size. Bits are numbered from each byte's lowest. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct rank {
	const uint8_t *bits; /* borrowed */
	uint64_t n_bits;
	uint64_t *before; /* bits set before each block */
	uint64_t total;
};

/* bits has n_bits / 8 bytes, rounded up. */
bool rank_init(struct rank *rank, const uint8_t *bits, uint64_t n_bits, struct dint_error *err);
void rank_done(struct rank *rank);

static inline bool rank_test(const struct rank *rank, uint64_t at)
{
	return rank->bits[at >> 3] & (1u << (at & 7));
}

/* Bits set before at, which is below n_bits. */
uint64_t rank_of(const struct rank *rank, uint64_t at);

/* The first set bit from a place on; UINT64_MAX when there is none. */
uint64_t rank_next(const struct rank *rank, uint64_t at);

/* Bits set among the first n of some bytes. */
uint64_t rank_count(const uint8_t *bits, uint64_t n);
