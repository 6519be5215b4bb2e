/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/units.h"
#include "programs/exits.h"

static const struct {
	enum dint_code code;
	int machine, dump;
} cases[] = {
	{DINT_OK, 0, 0},       {DINT_BAD_REQUEST, 2, 2}, {DINT_NOT_FOUND, 3, 3},
	{DINT_CORRUPT, 4, 4},  {DINT_UNSUPPORTED, 7, 4}, {DINT_LIMIT, 7, 7},
	{DINT_DENIED, 5, 5},   {DINT_UNREACHABLE, 6, 6}, {DINT_TIMEOUT, 6, 6},
	{DINT_CONFLICT, 7, 7}, {DINT_SYSTEM, 1, 1},
};

static void every_code_has_its_status(void **state)
{
	(void)state;
	assert_int_equal(ARRAY_SIZE(cases), DINT_CODES);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(exit_status(cases[i].code, false), cases[i].machine);
		assert_int_equal(exit_status(cases[i].code, true), cases[i].dump);
	}
}

static void every_status_is_in_the_manual(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bool found = false;

		for (size_t e = 0; exits[e].summary; e++)
			found |= exits[e].status == cases[i].machine;
		assert_true(found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_its_status),
		cmocka_unit_test(every_status_is_in_the_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
