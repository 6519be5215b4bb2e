/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "ec2/parameters.h"

static const struct parameter tag_members[] = {{.name = "Key"}, {.name = "Value"}, {0}};
static const struct parameter filter_members[] = {
	{.name = "Name"}, {.name = "Value", .list = true}, {0}};
static const struct parameter own[] = {
	{.name = "InstanceId", .list = true, .required = true},
	{.name = "Latest", .kind = PARAMETER_BOOL},
	{.name = "Most", .kind = PARAMETER_NUMBER},
	{.name = "Tag", .list = true, .members = tag_members},
	{.name = "Filter", .list = true, .members = filter_members},
	{0},
};
static const struct parameter common[] = {{.name = "DryRun", .kind = PARAMETER_BOOL}, {0}};
static const struct parameter *const tables[] = {own, common, NULL};

/* want: the values in order, "InstanceId.1=…", "Tag.2.Key.0=…" with the member's index. */
static const struct {
	const char *name, *body, *want;
	enum fault_code fault;
	const char *words;
} cases[] = {
	{"a list", "InstanceId.1=a&InstanceId.2=b", "InstanceId.1=a\nInstanceId.2=b\n"},
	{"out of order and with gaps", "InstanceId.9=c&InstanceId.10=d&InstanceId.2=b",
	 "InstanceId.2=b\nInstanceId.9=c\nInstanceId.10=d\n"},
	{"a bare list is its first item", "InstanceId=a", "InstanceId.1=a\n"},
	{"action and version are passed over", "Action=X&Version=Y&InstanceId.1=a",
	 "InstanceId.1=a\n"},
	{"structures", "Tag.2.Key=b&InstanceId.1=a&Tag.1.Value=1&Tag.1.Key=a",
	 "InstanceId.1=a\nTag.1.Key.0=a\nTag.1.Value.0=1\nTag.2.Key.0=b\n"},
	{"lists in structures",
	 "InstanceId.1=a&Filter.1.Value.2=y&Filter.1.Name=n&Filter.1.Value.1=x&Filter.2.Value=z",
	 "InstanceId.1=a\nFilter.1.Name.0=n\nFilter.1.Value.1=x\nFilter.1.Value.2=y\n"
	 "Filter.2.Value.1=z\n"},
	{"numbers", "InstanceId.1=a&Most=007", "InstanceId.1=a\nMost.0=007\n"},
	{.name = "missing",
	 .body = "Latest=true",
	 .fault = FAULT_MISSING_PARAMETER,
	 .words = "The request must contain the parameter InstanceId"},
	{.name = "unknown",
	 .body = "InstanceId.1=a&Foo=1",
	 .fault = FAULT_UNKNOWN_PARAMETER,
	 .words = "The parameter Foo is not recognized"},
	{.name = "case counts", .body = "instanceid.1=a", .fault = FAULT_UNKNOWN_PARAMETER},
	{.name = "index 0", .body = "InstanceId.0=a", .fault = FAULT_UNKNOWN_PARAMETER},
	{.name = "no number", .body = "InstanceId.x=a", .fault = FAULT_UNKNOWN_PARAMETER},
	{.name = "negative", .body = "InstanceId.-1=a", .fault = FAULT_UNKNOWN_PARAMETER},
	{.name = "a number beyond reason",
	 .body = "InstanceId.4294967297=a",
	 .fault = FAULT_UNKNOWN_PARAMETER},
	{.name = "more behind a list",
	 .body = "InstanceId.1.x=a",
	 .fault = FAULT_UNKNOWN_PARAMETER},
	{.name = "a dot at the end", .body = "InstanceId.1.=a", .fault = FAULT_UNKNOWN_PARAMETER},
	{.name = "only a dot", .body = "InstanceId.=a", .fault = FAULT_UNKNOWN_PARAMETER},
	{.name = "no list",
	 .body = "InstanceId.1=a&Latest.1=true",
	 .fault = FAULT_UNKNOWN_PARAMETER},
	{.name = "no such member",
	 .body = "InstanceId.1=a&Tag.1.Foo=x",
	 .fault = FAULT_UNKNOWN_PARAMETER},
	{.name = "a structure without its number",
	 .body = "InstanceId.1=a&Tag.Key=x",
	 .fault = FAULT_UNKNOWN_PARAMETER},
	{.name = "a structure alone",
	 .body = "InstanceId.1=a&Tag.1=x",
	 .fault = FAULT_UNKNOWN_PARAMETER},
	{.name = "an empty name", .body = "InstanceId.1=a&=x", .fault = FAULT_UNKNOWN_PARAMETER},
	{.name = "the member lists of another protocol",
	 .body = "InstanceId.member.1=a",
	 .fault = FAULT_UNKNOWN_PARAMETER},
	{.name = "twice",
	 .body = "InstanceId.1=a&InstanceId.1=b",
	 .fault = FAULT_INVALID_VALUE,
	 .words = "The parameter InstanceId was given twice"},
	{.name = "twice in two spellings",
	 .body = "InstanceId.1=a&InstanceId=b",
	 .fault = FAULT_INVALID_VALUE},
	{.name = "twice in a structure",
	 .body = "InstanceId.1=a&Tag.1.Key=a&Tag.1.Key=b",
	 .fault = FAULT_INVALID_VALUE,
	 .words = "The parameter Tag.Key was given twice"},
	{.name = "no boolean",
	 .body = "InstanceId.1=a&DryRun=maybe",
	 .fault = FAULT_INVALID_VALUE,
	 .words = "Value (maybe) for parameter DryRun is invalid. Expecting true or false."},
	{.name = "no number at all",
	 .body = "InstanceId.1=a&Most=0x10",
	 .fault = FAULT_INVALID_VALUE,
	 .words = "Expecting a whole number."},
	{.name = "below zero", .body = "InstanceId.1=a&Most=-5", .fault = FAULT_INVALID_VALUE},
	{.name = "an empty number", .body = "InstanceId.1=a&Most=", .fault = FAULT_INVALID_VALUE},
	{.name = "too many digits",
	 .body = "InstanceId.1=a&Most=9999999999",
	 .fault = FAULT_INVALID_VALUE},
	{.name = "a signature's parameter in the body",
	 .body = "InstanceId.1=a&X-Amz-Date=1",
	 .fault = FAULT_UNKNOWN_PARAMETER},
};

static void list_values(const struct values *values, struct buffer *to)
{
	for (size_t i = 0; i < values->count; i++) {
		const struct value *v = &values->items[i];

		buffer_printf(to, "%s", v->parameter->name);
		if (v->member)
			buffer_printf(to, ".%u.%s", v->index, v->member->name);
		buffer_printf(to, ".%u=%s\n", v->member ? v->member_index : v->index, v->text);
	}
}

static void parameters_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(form_done) struct form form = {0};
		CLEANUP(values_done) struct values values = {0};
		CLEANUP(buffer_done) struct buffer got = {0};
		struct fault fault = {0};
		struct dint_error err;
		const char *body = cases[i].body;

		print_message("%s\n", cases[i].name);
		assert_works(form_parse("X-Amz-Date=now", body, strlen(body), &form, &err), &err);
		if (values_read(&form, tables, &values, &fault)) {
			list_values(&values, &got);
			assert_non_null(cases[i].want);
			assert_string_equal(buffer_text(&got), cases[i].want);
		} else {
			assert_int_equal(fault.code, cases[i].fault);
			if (cases[i].words)
				assert_non_null(strstr(fault.message, cases[i].words));
		}
	}
}

static void values_are_asked_for(void **state)
{
	static const char body[] = "InstanceId.1=a&InstanceId.5=b&Most=12&Latest=True&DryRun=TRUE&"
				   "Tag.1.Key=k1&Tag.1.Value=v1&Tag.7.Key=k7";
	CLEANUP(form_done) struct form form = {0};
	CLEANUP(values_done) struct values values = {0};
	const struct value *value;
	struct fault fault;
	struct dint_error err;
	size_t at = 0, n;

	(void)state;
	assert_works(form_parse("", body, strlen(body), &form, &err), &err);
	assert_true(values_read(&form, tables, &values, &fault));
	assert_int_equal(values_count(&values, "InstanceId"), 2);
	assert_string_equal(values_item(&values, "InstanceId", 1), "b");
	assert_string_equal(values_text(&values, "DryRun"), "TRUE");
	assert_true(values_bool(&values, "DryRun"));
	assert_null(values_text(&values, "Filter"));
	assert_false(values_bool(&values, "Filter"));
	assert_true(values_bool(&values, "Latest"));
	assert_int_equal(values_number(&values, "Most"), 12);
	value = values_next(&values, "Tag", &at, &n);
	assert_int_equal(n, 2);
	assert_string_equal(value[1].text, "v1");
	value = values_next(&values, "Tag", &at, &n);
	assert_int_equal(n, 1);
	assert_string_equal(value->text, "k7");
	assert_null(values_next(&values, "Tag", &at, &n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_are_read),
		cmocka_unit_test(values_are_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
