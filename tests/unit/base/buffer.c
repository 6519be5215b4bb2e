/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/buffer.h"
#include "base/cleanup.h"

static void grows_at_the_end_and_gives_from_the_front(void **state)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		buffer_printf(&b, "%03u,", i);
	assert_int_equal(b.size, 4000);
	buffer_drop(&b, 3996);
	assert_string_equal(buffer_text(&b), "999,");
	buffer_drop(&b, 4);
	assert_string_equal(buffer_text(&b), "");
}

static void numbers_are_little_endian(void **state)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	(void)state;
	buffer_add_u8(&b, 1);
	buffer_add_u16(&b, 0x0302);
	buffer_add_u32(&b, 0x07060504);
	buffer_add_u64(&b, 0x0f0e0d0c0b0a0908);
	for (unsigned i = 0; i < 15; i++)
		assert_int_equal(b.bytes[i], i + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_at_the_end_and_gives_from_the_front),
		cmocka_unit_test(numbers_are_little_endian),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
