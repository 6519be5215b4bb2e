/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../check.h"

#include "base/units.h"
#include "programs/dint/source.h"

static const struct {
	const char *name;
	bool safe;
} names[] = {
	{"dump.202601020304", true},
	{"vmcore", true},
	{"vmcore.flat", true},
	{"", false},
	{".", false},
	{"..", false},
	{".bashrc", false},
	{"-rf", false},
	{"a/b", false},
	{"/etc/x", false},
	{"a b", false},
	{"a\nb", false},
	{"a\x7f", false},
	{"\xc3\xa4", false},
	{"a\x1b[m", false},
};

static void only_harmless_names_are_safe(void **state)
{
	char longest[202];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (source_name_is_safe(names[i].name) != names[i].safe)
			fail_msg("'%s'", names[i].name);
	memset(longest, 'a', sizeof(longest));
	longest[201] = '\0';
	assert_false(source_name_is_safe(longest));
	longest[200] = '\0';
	assert_true(source_name_is_safe(longest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_harmless_names_are_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
