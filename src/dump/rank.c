/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counting bits. */
#include "dump/rank.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define BLOCK_BITS 512
#define BLOCKS_MAX ((size_t)1 << 26)

uint64_t rank_count(const uint8_t *bits, uint64_t n)
{
	uint64_t whole = n / 64 * 64, count = 0, word = 0;

	for (uint64_t at = 0; at < whole; at += 64) {
		memcpy(&word, bits + at / 8, sizeof(word));
		count += (uint64_t)__builtin_popcountll(word);
	}
	for (uint64_t at = whole; at < n; at++)
		count += (bits[at >> 3] >> (at & 7)) & 1;
	return count;
}

bool rank_init(struct rank *rank, const uint8_t *bits, uint64_t n_bits, struct dint_error *err)
{
	size_t blocks = n_bits / BLOCK_BITS + 1;
	uint64_t *before = alloc_items(blocks, sizeof(*before), BLOCKS_MAX, err);
	uint64_t total = 0;

	if (!before)
		return dint_within(err, "bitmap of %llu bits", (unsigned long long)n_bits);
	for (size_t i = 0; i < blocks; i++) {
		uint64_t at = (uint64_t)i * BLOCK_BITS;
		uint64_t n = n_bits - at < BLOCK_BITS ? n_bits - at : BLOCK_BITS;

		before[i] = total;
		total += rank_count(bits + at / 8, n);
	}
	*rank = (struct rank){.bits = bits, .n_bits = n_bits, .before = before, .total = total};
	return true;
}

void rank_done(struct rank *rank)
{
	free(rank->before);
	memset(rank, 0, sizeof(*rank));
}

uint64_t rank_of(const struct rank *rank, uint64_t at)
{
	uint64_t block = at / BLOCK_BITS;

	return rank->before[block] +
	       rank_count(rank->bits + block * BLOCK_BITS / 8, at % BLOCK_BITS);
}

uint64_t rank_next(const struct rank *rank, uint64_t at)
{
	while (at < rank->n_bits) {
		uint8_t rest = (uint8_t)(rank->bits[at >> 3] >> (at & 7));

		if (rest) {
			at += (uint64_t)__builtin_ctz(rest);
			return at < rank->n_bits ? at : UINT64_MAX;
		}
		at = (at | 7) + 1;
	}
	return UINT64_MAX;
}
