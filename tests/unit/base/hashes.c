/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/crc32c.h"
#include "base/sha256.h"
#include "base/units.h"

/* FIPS 180-4's examples, and lengths around the block's end, against coreutils' sha256sum. */
static const struct {
	const char *text;
	size_t repeat;
	const char *want;
} sums[] = {
	{"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
	 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{"a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
	{"a", 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
	{"a", 56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
	{"a", 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
};

static void sha256_of_known_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sums); i++) {
		struct sha256 hash;
		uint8_t sum[SHA256_BYTES];
		char text[SHA256_TEXT];

		sha256_init(&hash);
		for (size_t n = 0; n < sums[i].repeat; n++)
			sha256_add(&hash, sums[i].text, strlen(sums[i].text));
		sha256_end(&hash, sum);
		sha256_text(sum, text);
		assert_string_equal(text, sums[i].want);
	}
}

static void sha256_does_not_depend_on_the_pieces(void **state)
{
	uint8_t bytes[1000], whole[SHA256_BYTES], pieces[SHA256_BYTES];
	struct sha256 hash;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i * 7;
	sha256_init(&hash);
	sha256_add(&hash, bytes, sizeof(bytes));
	sha256_end(&hash, whole);
	for (size_t piece = 1; piece < 200; piece++) {
		sha256_init(&hash);
		for (size_t at = 0; at < sizeof(bytes); at += piece)
			sha256_add(&hash, bytes + at,
				   sizeof(bytes) - at < piece ? sizeof(bytes) - at : piece);
		sha256_end(&hash, pieces);
		assert_memory_equal(pieces, whole, sizeof(whole));
	}
}

/* RFC 3720 appendix B.4 */
static void crc32c_of_known_bytes(void **state)
{
	uint8_t bytes[32];

	(void)state;
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(crc32c(0, bytes, sizeof(bytes)), 0x8a9136aa);
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(crc32c(0, bytes, sizeof(bytes)), 0x62a8ab43);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i;
	assert_int_equal(crc32c(0, bytes, sizeof(bytes)), 0x46dd794e);
	assert_int_equal(crc32c(crc32c(0, bytes, 13), bytes + 13, sizeof(bytes) - 13), 0x46dd794e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_of_known_texts),
		cmocka_unit_test(sha256_does_not_depend_on_the_pieces),
		cmocka_unit_test(crc32c_of_known_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
