/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/clock.h"

static void moments_are_iso_8601_in_utc(void **state)
{
	char text[CLOCK_TEXT];

	(void)state;
	clock_text(0, text);
	assert_string_equal(text, "1970-01-01T00:00:00.000000Z");
	clock_text(1767323045678901, text);
	assert_string_equal(text, "2026-01-02T03:04:05.678901Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(moments_are_iso_8601_in_utc)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
