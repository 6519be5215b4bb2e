/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../check.h"

#include "base/units.h"
#include "programs/dint/progress.h"

static const struct {
	const char *name;
	uint64_t done_bytes, total_bytes, elapsed_us;
	const char *want;
} cases[] = {
	{"at the start", 0, 100 * MIB, 0, "0 B of 100.0 MiB"},
	{"nothing yet", 0, 100 * MIB, 3000000, "0 B of 100.0 MiB"},
	{"half of it", 50 * MIB, 100 * MIB, 5000000,
	 "50.0 MiB of 100.0 MiB, 10.0 MiB/s, 5.0 s to go"},
	{"all of it", 100 * MIB, 100 * MIB, 4000000, "100.0 MiB of 100.0 MiB, 25.0 MiB/s"},
	{"more than all", 101 * MIB, 100 * MIB, 1000000, "101.0 MiB of 100.0 MiB, 101.0 MiB/s"},
	{"who knows how much", 30 * MIB, 0, 3000000, "30.0 MiB, 10.0 MiB/s"},
};

static void progress_reads_well(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[PROGRESS_TEXT];

		progress_text(cases[i].done_bytes, cases[i].total_bytes, cases[i].elapsed_us, text);
		if (strcmp(text, cases[i].want) != 0)
			fail_msg("%s: '%s'", cases[i].name, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(progress_reads_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
