/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/cleanup.h"
#include "base/units.h"
#include "dump/rank.h"

static void ranks_are_what_counting_says(void **state)
{
	static const uint64_t sizes[] = {1, 7, 8, 63, 64, 65, 511, 512, 513, 4096, 5000};
	uint8_t bits[5000 / 8 + 1];
	uint32_t seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(bits); i++) {
		seed = seed * 1103515245 + 12345;
		bits[i] = (uint8_t)(seed >> 16);
	}
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		CLEANUP(rank_done) struct rank rank = {0};
		struct dint_error err;
		uint64_t count = 0;

		assert_works(rank_init(&rank, bits, sizes[i], &err), &err);
		for (uint64_t at = 0; at < sizes[i]; at++) {
			assert_int_equal(rank_of(&rank, at), count);
			count += rank_test(&rank, at);
		}
		assert_int_equal(rank.total, count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranks_are_what_counting_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
