/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "ec2/form.h"

/* The pairs as "name=value" lines; "?" in front of those of the query. */
static const struct {
	const char *name, *query, *body, *want, *refusal;
} cases[] = {
	{"nothing", "", "", ""},
	{"a call", "", "Action=DescribeRegions&Version=2016-11-15",
	 "Action=DescribeRegions\nVersion=2016-11-15\n"},
	{"the query first", "Action=A", "B=b", "?Action=A\nB=b\n"},
	{"empty value", "", "A=&B", "A=\nB=\n"},
	{"empty name", "", "=x", "=x\n"},
	{"empty pairs are none", "", "&&A=1&", "A=1\n"},
	{"a second '=' belongs to the value", "", "A=b=c", "A=b=c\n"},
	{"space and plus", "", "A=b+c%20d%2Be", "A=b c d+e\n"},
	{"hexadecimal in either case", "", "%41=%c3%A9", "A=\xc3\xa9\n"},
	{"one letter each, the most room a pair takes", "a&b&c", "d&e", "?a=\n?b=\n?c=\nd=\ne=\n"},
	{.name = "a lone percent",
	 .body = "A=5%",
	 .refusal = "request body: the value of A: a '%' needs two hexadecimal digits behind it"},
	{.name = "not hexadecimal",
	 .query = "A=%zz",
	 .refusal = "query string: the value of A: a '%' needs two hexadecimal digits behind it"},
	{.name = "cut at the pair's end", .body = "A=%4&1=1", .refusal = "two hexadecimal digits"},
	{.name = "NUL", .body = "A=%00", .refusal = "the value of A: there is a NUL in it"},
	{.name = "NUL in a name",
	 .body = "A%00B=1",
	 .refusal = "a parameter's name: there is a NUL"},
	{.name = "not UTF-8", .body = "A=%ff", .refusal = "the value of A: it is not UTF-8"},
	{.name = "an overlong slash", .body = "A=%c0%af", .refusal = "it is not UTF-8"},
	{.name = "UTF-8 cut by the pair's end", .body = "A=%c3&B=%a9", .refusal = "not UTF-8"},
};

static void forms_are_decoded(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(form_done) struct form form = {0};
		CLEANUP(buffer_done) struct buffer got = {0};
		const char *query = cases[i].query ? cases[i].query : "";
		const char *body = cases[i].body ? cases[i].body : "";
		struct dint_error err;
		bool ok = form_parse(query, body, strlen(body), &form, &err);

		print_message("%s\n", cases[i].name);
		if (cases[i].refusal) {
			assert_refused(ok, &err, DINT_BAD_REQUEST, cases[i].refusal);
			continue;
		}
		assert_works(ok, &err);
		for (size_t j = 0; j < form.count; j++)
			buffer_printf(&got, "%s%s=%s\n", form.pairs[j].in_query ? "?" : "",
				      form.pairs[j].name, form.pairs[j].value);
		assert_string_equal(buffer_text(&got), cases[i].want);
	}
}

static void a_raw_nul_is_no_end(void **state)
{
	struct form form;
	struct dint_error err;

	(void)state;
	assert_refused(form_parse("", "A=1\0&B=2", 8, &form, &err), &err, DINT_BAD_REQUEST,
		       "there is a NUL in it");
}

static void pairs_are_counted(void **state)
{
	CLEANUP(buffer_done) struct buffer body = {0};
	CLEANUP(form_done) struct form form = {0};
	struct form other;
	struct dint_error err;

	(void)state;
	for (int i = 0; i < FORM_PAIRS_MAX; i++)
		buffer_add_text(&body, "a&");
	assert_works(form_parse("", body.bytes, body.size, &form, &err), &err);
	assert_int_equal(form.count, FORM_PAIRS_MAX);
	assert_refused(form_parse("b", body.bytes, body.size, &other, &err), &err, DINT_BAD_REQUEST,
		       "more than 1000 parameters");
}

static void the_first_of_a_name_is_found(void **state)
{
	CLEANUP(form_done) struct form form = {0};
	struct dint_error err;

	(void)state;
	assert_works(form_parse("A=1", "A=2&B=3", 7, &form, &err), &err);
	assert_string_equal(form_find(&form, "A"), "1");
	assert_string_equal(form_find(&form, "B"), "3");
	assert_null(form_find(&form, "C"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_are_decoded),
		cmocka_unit_test(a_raw_nul_is_no_end),
		cmocka_unit_test(pairs_are_counted),
		cmocka_unit_test(the_first_of_a_name_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
