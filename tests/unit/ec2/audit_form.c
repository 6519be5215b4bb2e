/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/cleanup.h"
#include "base/units.h"
#include "ec2/audit_form.h"
#include "ec2/filters.h"
#include "json/read.h"

static const struct parameter tag_members[] = {{.name = "Key"}, {.name = "Value"}, {0}};
static const struct parameter own[] = {
	{.name = "InstanceId", .list = true},
	{.name = "ResourceId", .list = true},
	{.name = "RegionName", .list = true},
	{.name = "DryRun", .kind = PARAMETER_BOOL},
	{.name = "NextToken"},
	{.name = "Tag", .list = true, .members = tag_members},
	{0},
};
static const struct parameter *const tables[] = {own, filter_parameters, NULL};

static const struct {
	const char *name, *body, *want;
} cases[] = {
	{"nothing", "", "{}"},
	{"an instance", "InstanceId.1=i-1",
	 "{\"instancesSet\":{\"items\":[{\"instanceId\":\"i-1\"}]}}"},
	{"several lists", "ResourceId.1=i-1&ResourceId.2=i-2&RegionName.1=r",
	 "{\"regionNameSet\":{\"items\":[{\"regionName\":\"r\"}]},"
	 "\"resourcesSet\":{\"items\":[{\"resourceId\":\"i-1\"},{\"resourceId\":\"i-2\"}]}}"},
	{"plain ones", "DryRun=True&NextToken=%22x", "{\"dryRun\":true,\"nextToken\":\"\\\"x\"}"},
	{"tags", "Tag.1.Key=a&Tag.1.Value=b&Tag.2.Key=c",
	 "{\"tagSet\":{\"items\":[{\"key\":\"a\",\"value\":\"b\"},{\"key\":\"c\"}]}}"},
	{"filters", "Filter.1.Name=n&Filter.1.Value.1=x&Filter.1.Value.2=y&Filter.3.Name=m",
	 "{\"filterSet\":{\"items\":[{\"name\":\"n\",\"valueSet\":{\"items\":[{\"value\":\"x\"},"
	 "{\"value\":\"y\"}]}},{\"name\":\"m\"}]}}"},
};

/* Keys in order and nothing between: what the writer breaks into lines is compared as one. */
static char *flat(const char *text)
{
	CLEANUP(json_decref_ptr) json_t *root = NULL;
	struct dint_error err;

	assert_works(json_parse_limited(text, strlen(text), 65536, &root, &err), &err);
	return json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
}

static void parameters_as_cloudtrail_has_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(form_done) struct form form = {0};
		CLEANUP(values_done) struct values values = {0};
		CLEANUP(buffer_done) struct buffer out = {0};
		CLEANUP(free_ptr) char *got = NULL;
		struct fault fault;
		struct dint_error err;

		print_message("%s\n", cases[i].name);
		assert_works(form_parse("", cases[i].body, strlen(cases[i].body), &form, &err),
			     &err);
		assert_true(values_read(&form, tables, &values, &fault));
		audit_form_parameters(&values, &out);
		got = flat(buffer_text(&out));
		assert_string_equal(got, cases[i].want);
	}
}

static void responses(void **state)
{
	CLEANUP(buffer_done) struct buffer out = {0};
	CLEANUP(free_ptr) char *got = NULL;

	(void)state;
	audit_form_response("id-1", &out);
	got = flat(buffer_text(&out));
	assert_string_equal(got, "{\"_return\":true,\"requestId\":\"id-1\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_as_cloudtrail_has_them),
		cmocka_unit_test(responses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
