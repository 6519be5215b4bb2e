/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../check.h"

#include <stdbool.h>

#include "base/units.h"
#include "programs/dint/moment.h"

static const struct {
	const char *text;
	uint64_t want_us;
	bool refused;
} times[] = {
	{"1970-01-01T00:00:00Z", 0, false},
	{"2026-01-02T03:04:05.678901Z", 1767323045678901, false},
	{"2026-01-02T03:04:05.6Z", 1767323045600000, false},
	{"2026-01-02T03:04:05.6789019999Z", 1767323045678901, false},
	{"2024-02-29T23:59:59Z", 1709251199000000, false},
	{"2026-01-02T03:04:05", 0, true},
	{"2026-01-02T03:04:05+01:00", 0, true},
	{"2026-01-02", 0, true},
	{"1960-01-02T03:04:05Z", 0, true},
	{"", 0, true},
	{NULL, 0, true},
};

static const struct {
	uint64_t duration_us;
	const char *want;
} durations[] = {
	{0, "0.0 s"},
	{449999, "0.4 s"},
	{9999999, "9.9 s"},
	{10000000, "10 s"},
	{119999999, "119 s"},
	{120000000, "2 min 00 s"},
	{725000000, "12 min 05 s"},
};

static void times_are_read_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		uint64_t us = 0;

		if (moment_parse(times[i].text, &us) == times[i].refused || us != times[i].want_us)
			fail_msg("'%s': %llu", times[i].text, (unsigned long long)us);
	}
}

static void durations_are_for_people(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(durations); i++) {
		char text[MOMENT_SECONDS];

		moment_seconds(durations[i].duration_us, text);
		assert_string_equal(text, durations[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_or_refused),
		cmocka_unit_test(durations_are_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
