/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "ec2/filters.h"

static const struct {
	const char *pattern, *text;
	bool matches;
} patterns[] = {
	{"", "", true},
	{"", "a", false},
	{"a", "", false},
	{"a", "a", true},
	{"a", "A", false},
	{"*", "", true},
	{"*", "anything", true},
	{"**", "x", true},
	{"a*", "abc", true},
	{"*c", "abc", true},
	{"*c", "abcd", false},
	{"a*c", "abbbc", true},
	{"a*b*c", "a-b-b-c", true},
	{"a*b*c", "a-c-b", false},
	{"*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
	{"?", "a", true},
	{"?", "", false},
	{"?", "ab", false},
	{"?", "\xc3\xa9", true},
	{"a?c", "abc", true},
	{"2021-09-29T*", "2021-09-29T10:00:00.000Z", true},
	{"\\*", "*", true},
	{"\\*", "x", false},
	{"\\?x", "?x", true},
	{"a\\\\b", "a\\b", true},
	{"*\\?", "what?", true},
	{"a\\", "a\\", true},
};

static void wildcards(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		if (filter_text_matches(patterns[i].pattern, patterns[i].text) !=
		    patterns[i].matches)
			fail_msg("'%s' on '%s' is not %d", patterns[i].pattern, patterns[i].text,
				 patterns[i].matches);
}

/* A thing: a colour, and a list of words as its tags. */
struct thing {
	const char *colour;
	const char *words[4];
};

static const char *colour(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct thing *t = thing;

	(void)rest;
	snprintf(scratch, FILTER_SCRATCH, "%s", t->colour);
	return n ? NULL : scratch;
}

static const char *word(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct thing *t = thing;

	(void)scratch;
	return !strcmp(rest, "word") ? t->words[n] : NULL;
}

static const struct filter_kind kinds[] = {
	{"colour", colour}, {"tag:", word}, {"vpc-id", NULL}, {0}};

static const struct {
	const char *name, *body;
	bool matches;
	enum fault_code fault;
	const char *words;
} cases[] = {
	{"none at all", "", true},
	{"one value", "Filter.1.Name=colour&Filter.1.Value.1=red", true},
	{"another", "Filter.1.Name=colour&Filter.1.Value.1=blue", false},
	{"either value", "Filter.1.Name=colour&Filter.1.Value.1=blue&Filter.1.Value.2=r*", true},
	{"any of several", "Filter.1.Name=tag:word&Filter.1.Value.1=b", true},
	{"none of several", "Filter.1.Name=tag:word&Filter.1.Value.1=z", false},
	{"no such tag", "Filter.1.Name=tag:other&Filter.1.Value.1=*", false},
	{"both filters",
	 "Filter.1.Name=colour&Filter.1.Value.1=red&Filter.2.Name=tag:word&"
	 "Filter.2.Value.1=a",
	 true},
	{"only one of both",
	 "Filter.1.Name=colour&Filter.1.Value.1=red&Filter.2.Name=tag:word&"
	 "Filter.2.Value.1=z",
	 false},
	{"known to EC2, not to us", "Filter.1.Name=vpc-id&Filter.1.Value.1=*", false},
	{.name = "unknown",
	 .body = "Filter.1.Name=color&Filter.1.Value.1=red",
	 .fault = FAULT_INVALID_VALUE,
	 .words = "The filter 'color' is invalid"},
	{.name = "a tag without its key",
	 .body = "Filter.1.Name=tag:&Filter.1.Value.1=red",
	 .fault = FAULT_INVALID_VALUE},
	{.name = "no name",
	 .body = "Filter.3.Value.1=red",
	 .fault = FAULT_MISSING_PARAMETER,
	 .words = "The request must contain the parameter Filter.3.Name"},
	{.name = "no value",
	 .body = "Filter.1.Name=colour",
	 .fault = FAULT_INVALID_VALUE,
	 .words = "The filter 'colour' has no value (Filter.1.Value.1)"},
};

static bool read_filters(const char *body, struct form *form, struct values *values,
			 struct filters *filters, struct fault *fault)
{
	static const struct parameter *const tables[] = {filter_parameters, NULL};
	struct dint_error err;

	assert_works(form_parse("", body, strlen(body), form, &err), &err);
	return values_read(form, tables, values, fault) &&
	       filters_read(values, kinds, filters, fault);
}

static void filters_choose(void **state)
{
	static const struct thing thing = {"red", {"a", "b", "c"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(form_done) struct form form = {0};
		CLEANUP(values_done) struct values values = {0};
		CLEANUP(filters_done) struct filters filters = {0};
		struct fault fault = {0};
		bool ok = read_filters(cases[i].body, &form, &values, &filters, &fault);

		print_message("%s\n", cases[i].name);
		assert_int_equal(fault.code, cases[i].fault);
		if (ok)
			assert_int_equal(filters_match(&filters, &thing), cases[i].matches);
		else if (cases[i].words)
			assert_string_equal(fault.message, cases[i].words);
	}
}

static void there_is_a_most(void **state)
{
	CLEANUP(buffer_done) struct buffer filters_text = {0}, values_text = {0};
	struct form form = {0};
	struct values values = {0};
	struct filters filters;
	struct fault fault;

	(void)state;
	for (int i = 1; i <= FILTERS_MAX + 1; i++)
		buffer_printf(&filters_text, "Filter.%d.Name=colour&Filter.%d.Value.1=x&", i, i);
	assert_false(read_filters(buffer_text(&filters_text), &form, &values, &filters, &fault));
	assert_int_equal(fault.code, FAULT_FILTER_LIMIT);
	values_done(&values);
	form_done(&form);

	buffer_add_text(&values_text, "Filter.1.Name=colour");
	for (int i = 1; i <= FILTER_VALUES_MAX + 1; i++)
		buffer_printf(&values_text, "&Filter.1.Value.%d=x", i);
	assert_false(read_filters(buffer_text(&values_text), &form, &values, &filters, &fault));
	assert_int_equal(fault.code, FAULT_FILTER_LIMIT);
	assert_string_equal(fault.message, "The filter 'colour' has 201 values; the most is 200");
	values_done(&values);
	form_done(&form);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wildcards),
		cmocka_unit_test(filters_choose),
		cmocka_unit_test(there_is_a_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
