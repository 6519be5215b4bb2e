/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "base/units.h"

static const struct {
	const char *name, *bytes;
	size_t size;
	const char *want;
} escapes[] = {
	{"plain text", "Kernel panic", 12, "Kernel panic"},
	{"a terminal's escape", "\x1b[31mred", 8, "\\x1b[31mred"},
	{"newline and NUL", "a\nb\0c", 5, "a\\x0ab\\x00c"},
	{"valid UTF-8", "gr\xc3\xbc\xc3\x9f", 6, "gr\xc3\xbc\xc3\x9f"},
	{"an overlong slash", "\xc0\xaf", 2, "\\xc0\\xaf"},
	{"a surrogate", "\xed\xa0\x80", 3, "\\xed\\xa0\\x80"},
	{"a sequence cut short", "\xe2\x82", 2, "\\xe2\\x82"},
	{"C1 control (CSI)", "\xc2\x9b", 2, "\\xc2\\x9b"},
	{"right-to-left override", "\xe2\x80\xae", 3, "\\xe2\\x80\\xae"},
};

static void strangers_bytes_become_harmless(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(escapes); i++) {
		CLEANUP(buffer_done) struct buffer out = {0};

		text_escape(&out, escapes[i].bytes, escapes[i].size);
		assert_string_equal(buffer_text(&out), escapes[i].want);
	}
}

static void sizes_are_iec(void **state)
{
	static const struct {
		uint64_t size;
		const char *want;
	} cases[] = {
		{0, "0 B"},
		{1023, "1023 B"},
		{1024, "1.0 KiB"},
		{79090168, "75.4 MiB"},
		{UINT64_MAX, "16.0 EiB"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[TEXT_SIZE];

		text_size(cases[i].size, text);
		assert_string_equal(text, cases[i].want);
	}
}

static void numbers_are_read_strictly(void **state)
{
	struct dint_error err;
	uint64_t value;

	(void)state;
	assert_works(text_number("4096", &value, &err), &err);
	assert_int_equal(value, 4096);
	assert_works(text_number("0x1000", &value, &err), &err);
	assert_int_equal(value, 4096);
	assert_refused(text_number("12 ", &value, &err), &err, DINT_BAD_REQUEST, "'12 '");
	assert_refused(text_number("-1", &value, &err), &err, DINT_BAD_REQUEST, "'-1'");
	assert_refused(text_number("", &value, &err), &err, DINT_BAD_REQUEST, "''");
	assert_refused(text_number("99999999999999999999", &value, &err), &err, DINT_BAD_REQUEST,
		       "9'");
}

static void durations_have_a_unit(void **state)
{
	struct dint_error err;
	uint64_t ms;

	(void)state;
	assert_works(text_duration("90s", &ms, &err), &err);
	assert_int_equal(ms, 90000);
	assert_works(text_duration("10m", &ms, &err), &err);
	assert_int_equal(ms, 600000);
	assert_works(text_duration("1500ms", &ms, &err), &err);
	assert_int_equal(ms, 1500);
	assert_refused(text_duration("90", &ms, &err), &err, DINT_BAD_REQUEST,
		       "a number and ms, s, m or h");
	assert_refused(text_duration("9999999999h", &ms, &err), &err, DINT_BAD_REQUEST,
		       "9999999999h");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strangers_bytes_become_harmless),
		cmocka_unit_test(sizes_are_iec),
		cmocka_unit_test(numbers_are_read_strictly),
		cmocka_unit_test(durations_have_a_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
