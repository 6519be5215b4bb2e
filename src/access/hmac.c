/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hash(key ^ opad, hash(key ^ ipad, bytes)); a key longer than a block is hashed first. */
#include "access/hmac_internal.h"

#include <string.h>

#define BLOCK_BYTES 64

static void begin(struct sha256 *hash, const uint8_t key[BLOCK_BYTES], uint8_t pad)
{
	uint8_t block[BLOCK_BYTES];

	for (unsigned i = 0; i < BLOCK_BYTES; i++)
		block[i] = key[i] ^ pad;
	sha256_init(hash);
	sha256_add(hash, block, sizeof(block));
	explicit_bzero(block, sizeof(block));
}

void hmac_sha256(const void *key, size_t key_size, const void *bytes, size_t n,
		 uint8_t out[SHA256_BYTES])
{
	uint8_t padded[BLOCK_BYTES] = {0};
	uint8_t inner[SHA256_BYTES];
	struct sha256 hash;

	if (key_size > BLOCK_BYTES) {
		sha256_init(&hash);
		sha256_add(&hash, key, key_size);
		sha256_end(&hash, padded);
	} else {
		memcpy(padded, key, key_size);
	}
	begin(&hash, padded, 0x36);
	sha256_add(&hash, bytes, n);
	sha256_end(&hash, inner);
	begin(&hash, padded, 0x5c);
	sha256_add(&hash, inner, sizeof(inner));
	sha256_end(&hash, out);
	explicit_bzero(padded, sizeof(padded));
	explicit_bzero(&hash, sizeof(hash));
}
