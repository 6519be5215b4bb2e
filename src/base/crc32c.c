/* SPDX-License-Identifier: MIT */
/* CRC-32C, a nibble at a time, or by the CPU's instruction on x86 with SSE 4.2. */
#include "base/crc32c.h"

#include <string.h>

#if defined(__x86_64__) && !defined(DINT_PORTABLE)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t sum_sse42(uint32_t crc, const uint8_t *bytes,
							    size_t n)
{
	for (; n >= 8; n -= 8, bytes += 8) {
		uint64_t word;

		memcpy(&word, bytes, 8);
		crc = _mm_crc32_u64(crc, word);
	}
	for (; n; n--, bytes++)
		crc = _mm_crc32_u8(crc, *bytes);
	return crc;
}
#endif

/* Reflected polynomial 0x82f63b78; entry i is the remainder of the nibble i. */
static const uint32_t nibbles[16] = {
	0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
	0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
	0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

static uint32_t sum_portable(uint32_t crc, const uint8_t *bytes, size_t n)
{
	for (; n; n--, bytes++) {
		crc ^= *bytes;
		crc = crc >> 4 ^ nibbles[crc & 15];
		crc = crc >> 4 ^ nibbles[crc & 15];
	}
	return crc;
}

uint32_t crc32c(uint32_t before, const void *bytes, size_t n)
{
#if defined(__x86_64__) && !defined(DINT_PORTABLE)
	if (__builtin_cpu_supports("sse4.2"))
		return ~sum_sse42(~before, bytes, n);
#endif
	return ~sum_portable(~before, bytes, n);
}
