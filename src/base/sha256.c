/* SPDX-License-Identifier: MIT */
/* SHA-256: blocks of 64 bytes through a portable round function, or through SHA-NI on x86. */
#include "base/sha256.h"

#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__) && !defined(DINT_PORTABLE)
#include <immintrin.h>
#endif

static const uint32_t round_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

static uint32_t rotate(uint32_t word, unsigned by)
{
	return word >> by | word << (32 - by);
}

static void schedule(const uint8_t *block, uint32_t words[64])
{
	for (unsigned i = 0; i < 16; i++)
		words[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
			   (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (unsigned i = 16; i < 64; i++) {
		uint32_t a = words[i - 15], b = words[i - 2];

		words[i] = words[i - 16] + words[i - 7] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
			   (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	}
}

/* One round. The letters are FIPS 180-4's; in place of moving each to the next, the caller names
 * them one further along: a move would cost more than the round. */
static inline void turn(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f,
			uint32_t g, uint32_t *h, uint32_t word)
{
	uint32_t choose = (e & f) ^ (~e & g);
	uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
	uint32_t sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
	uint32_t sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
	uint32_t one = *h + sum1 + choose + word;

	*d += one;
	*h = one + sum0 + majority;
}

static void block_portable(uint32_t state[8], const uint8_t *block)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
	uint32_t w[64];

	schedule(block, w);
	for (unsigned i = 0; i < 64; i++)
		w[i] += round_constants[i];
	for (unsigned i = 0; i < 64; i += 8) {
		turn(a, b, c, &d, e, f, g, &h, w[i]);
		turn(h, a, b, &c, d, e, f, &g, w[i + 1]);
		turn(g, h, a, &b, c, d, e, &f, w[i + 2]);
		turn(f, g, h, &a, b, c, d, &e, w[i + 3]);
		turn(e, f, g, &h, a, b, c, &d, w[i + 4]);
		turn(d, e, f, &g, h, a, b, &c, w[i + 5]);
		turn(c, d, e, &f, g, h, a, &b, w[i + 6]);
		turn(b, c, d, &e, f, g, h, &a, w[i + 7]);
	}
	state[0] += a, state[1] += b, state[2] += c, state[3] += d;
	state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static void blocks_portable(uint32_t state[8], const uint8_t *bytes, size_t blocks)
{
	for (; blocks; blocks--, bytes += 64)
		block_portable(state, bytes);
}

#if defined(__x86_64__) && !defined(DINT_PORTABLE)
/* Intel's order of the state in two registers (Intel SDM, SHA256RNDS2): ABEF and CDGH. */
__attribute__((target("sha,sse4.1,ssse3"))) static void
blocks_sha_ni(uint32_t state[8], const uint8_t *bytes, size_t blocks)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i dcba = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
	__m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1b);
	__m128i abef = _mm_alignr_epi8(dcba, hgfe, 8);
	__m128i cdgh = _mm_blend_epi16(hgfe, dcba, 0xf0);

	for (; blocks; blocks--, bytes += 64) {
		__m128i before_abef = abef, before_cdgh = cdgh, words[4];

		for (unsigned i = 0; i < 4; i++)
			words[i] = _mm_shuffle_epi8(
				_mm_loadu_si128((const __m128i *)(bytes + 16 * i)), swap);
		for (unsigned i = 0; i < 16; i++) {
			const __m128i *constants = (const __m128i *)(round_constants + 4 * i);
			__m128i *now = &words[i & 3], *next = &words[(i + 1) & 3];
			__m128i *after = &words[(i + 2) & 3], *last = &words[(i + 3) & 3];
			__m128i sum = _mm_add_epi32(*now, _mm_loadu_si128(constants));

			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
			abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
			*now = _mm_add_epi32(_mm_sha256msg1_epu32(*now, *next),
					     _mm_alignr_epi8(*last, *after, 4));
			*now = _mm_sha256msg2_epu32(*now, *last);
		}
		abef = _mm_add_epi32(abef, before_abef);
		cdgh = _mm_add_epi32(cdgh, before_cdgh);
	}
	dcba = _mm_shuffle_epi32(abef, 0x1b);
	hgfe = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((__m128i *)state, _mm_blend_epi16(dcba, hgfe, 0xf0));
	_mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(hgfe, dcba, 8));
}

#if defined(__GNUC__) && __GNUC__ >= 11 && !defined(__clang__)
/* libgcc has asked the CPU once, at the start. */
#define BLOCKS_WORTH_ASKING 1
static bool cpu_has_sha(void)
{
	return __builtin_cpu_supports("sha") && __builtin_cpu_supports("sse4.1") &&
	       __builtin_cpu_supports("ssse3");
}
#else
/* Asking costs several microseconds in a virtual machine, where CPUID leaves the guest: as much as
 * so many blocks without its answer. */
#define BLOCKS_WORTH_ASKING 32
/* CPUID leaf 7, EBX bit 29: SHA extensions (Intel SDM volume 2, CPUID). */
static bool cpu_has_sha(void)
{
	unsigned eax = 7, ebx = 0, ecx = 0, edx = 0;

	__asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	return (ebx & 1u << 29) && __builtin_cpu_supports("sse4.1") &&
	       __builtin_cpu_supports("ssse3");
}
#endif
#endif

static void blocks_add(uint32_t state[8], const uint8_t *bytes, size_t blocks)
{
#if defined(__x86_64__) && !defined(DINT_PORTABLE)
	if (blocks >= BLOCKS_WORTH_ASKING && cpu_has_sha())
		return blocks_sha_ni(state, bytes, blocks);
#endif
	blocks_portable(state, bytes, blocks);
}

void sha256_init(struct sha256 *hash)
{
	static const uint32_t start[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};

	*hash = (struct sha256){0};
	memcpy(hash->state, start, sizeof(start));
}

void sha256_add(struct sha256 *hash, const void *bytes, size_t n)
{
	const uint8_t *from = bytes;
	size_t held = hash->length % 64;

	hash->length += n;
	if (held) {
		size_t take = n < 64 - held ? n : 64 - held;

		memcpy(hash->block + held, from, take);
		from += take;
		n -= take;
		if (held + take < 64)
			return;
		blocks_add(hash->state, hash->block, 1);
	}
	if (n >= 64)
		blocks_add(hash->state, from, n / 64);
	if (n % 64)
		memcpy(hash->block, from + n / 64 * 64, n % 64);
}

void sha256_end(struct sha256 *hash, uint8_t sum[SHA256_BYTES])
{
	static const uint8_t padding[64] = {0x80};
	uint64_t bits = hash->length * 8;
	uint8_t tail[8];

	for (unsigned i = 0; i < 8; i++)
		tail[i] = bits >> (56 - 8 * i);
	sha256_add(hash, padding, 1 + (119 - hash->length % 64) % 64);
	sha256_add(hash, tail, sizeof(tail));
	for (unsigned i = 0; i < SHA256_BYTES; i++)
		sum[i] = hash->state[i / 4] >> (24 - 8 * (i % 4));
}

void sha256_text(const uint8_t sum[SHA256_BYTES], char text[SHA256_TEXT])
{
	static const char digits[] = "0123456789abcdef";

	for (unsigned i = 0; i < SHA256_BYTES; i++) {
		text[2 * i] = digits[sum[i] >> 4];
		text[2 * i + 1] = digits[sum[i] & 15];
	}
	text[2 * SHA256_BYTES] = '\0';
}
