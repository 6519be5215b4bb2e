/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/cursor.h"

static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static void reads_both_orders(void **state)
{
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(cursor_u16(&c), 0x0201);
	assert_int_equal(cursor_u16be(&c), 0x0304);
	assert_int_equal(cursor_u32(&c), 0x08070605);
	assert_int_equal(cursor_left(&c), 1);
	assert_int_equal(cursor_u8(&c), 9);
	assert_true(cursor_ok(&c));
}

static void a_read_past_the_end_marks_for_good(void **state)
{
	struct cursor c = cursor_over(bytes, sizeof(bytes));
	uint8_t to[4] = {0xaa, 0xaa, 0xaa, 0xaa};

	(void)state;
	cursor_skip(&c, 8);
	assert_int_equal(cursor_u64(&c), 0);
	assert_false(cursor_ok(&c));
	assert_int_equal(cursor_left(&c), 0);
	assert_int_equal(cursor_u8(&c), 0); /* though a byte is there */
	cursor_copy(&c, to, sizeof(to));
	assert_memory_equal(to, "\0\0\0\0", 4);
}

static void seeking_stays_inside(void **state)
{
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	(void)state;
	cursor_seek(&c, 9);
	assert_true(cursor_ok(&c));
	cursor_seek(&c, 10);
	assert_false(cursor_ok(&c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_both_orders),
		cmocka_unit_test(a_read_past_the_end_marks_for_good),
		cmocka_unit_test(seeking_stays_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
