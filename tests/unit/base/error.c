/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include <errno.h>

static void prefixes_stand_before_the_cause(void **state)
{
	struct dint_error err;

	(void)state;
	assert_false(dint_fail(&err, DINT_CORRUPT, "page of %u bytes", 5000u));
	assert_false(dint_within(&err, "pfn %d", 7));
	assert_int_equal(err.code, DINT_CORRUPT);
	assert_string_equal(err.message, "pfn 7: page of 5000 bytes");
}

static void what_is_too_long_is_cut_and_ends(void **state)
{
	struct dint_error err;

	(void)state;
	dint_error_set(&err, DINT_SYSTEM, "%0300d", 1);
	assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
	dint_error_prefix(&err, "%0300d", 2);
	assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
}

static void errno_chooses_the_code(void **state)
{
	static const struct {
		int number;
		enum dint_code code;
	} cases[] = {
		{ENOENT, DINT_NOT_FOUND},
		{EACCES, DINT_DENIED},
		{EPERM, DINT_DENIED},
		{EIO, DINT_SYSTEM},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dint_error err;

		errno = cases[i].number;
		assert_false(dint_fail_errno(&err, "/a/file"));
		assert_int_equal(err.code, cases[i].code);
		assert_memory_equal(err.message, "/a/file: ", 9);
	}
}

static void every_code_has_a_name_that_leads_back(void **state)
{
	(void)state;
	for (unsigned code = 0; code < DINT_CODES; code++)
		assert_int_equal(dint_code_from_name(dint_code_name(code)), code);
	assert_int_equal(dint_code_from_name("NONSENSE"), DINT_SYSTEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes_stand_before_the_cause),
		cmocka_unit_test(what_is_too_long_is_cut_and_ends),
		cmocka_unit_test(errno_chooses_the_code),
		cmocka_unit_test(every_code_has_a_name_that_leads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
