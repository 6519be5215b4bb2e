/* SPDX-License-Identifier: MIT */
/* SHA-256 (FIPS 180-4), a piece at a time; uses the CPU's instructions where it has them. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32
#define SHA256_TEXT  65 /* hex digits and the NUL */

struct sha256 {
	uint32_t state[8];
	uint64_t length; /* bytes so far */
	uint8_t block[64];
};

void sha256_init(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *bytes, size_t n);
/* The hash is used up; init again for another. */
void sha256_end(struct sha256 *hash, uint8_t sum[SHA256_BYTES]);
/* Lower-case hex. */
void sha256_text(const uint8_t sum[SHA256_BYTES], char text[SHA256_TEXT]);
