/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/base64.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "ec2/page.h"

static const struct parameter ids[] = {{.name = "InstanceId", .list = true}, {0}};
static const struct parameter *const tables[] = {page_parameters, ids, NULL};

static bool read_page(const char *body, struct page *page, struct fault *fault)
{
	CLEANUP(form_done) struct form form = {0};
	CLEANUP(values_done) struct values values = {0};
	struct dint_error err;

	assert_works(form_parse("", body, strlen(body), &form, &err), &err);
	return values_read(&form, tables, &values, fault) &&
	       page_read(&values, "InstanceId", page, fault);
}

static const struct {
	const char *name, *body;
	enum fault_code fault;
	const char *words;
} refused[] = {
	{"too few", "MaxResults=4", FAULT_INVALID_VALUE, "greater than or equal to 5"},
	{"none", "MaxResults=0", FAULT_INVALID_VALUE, "greater than or equal to 5"},
	{"too many", "MaxResults=1001", FAULT_INVALID_VALUE, "less than or equal to 1000"},
	{"ids beside it", "MaxResults=5&InstanceId.1=i-1", FAULT_INVALID_COMBINATION,
	 "The parameter InstanceId cannot be used with the parameter maxResults"},
	{"no base 64", "NextToken=hello!", FAULT_INVALID_NEXT_TOKEN,
	 "The token 'hello!' is invalid"},
	{"another's token", "NextToken=aGVsbG8gd29ybGQ=", FAULT_INVALID_NEXT_TOKEN, "is invalid"},
	{"nothing behind the mark", "NextToken=ZGludDE6", FAULT_INVALID_NEXT_TOKEN, "is invalid"},
};

static void bad_pages_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		struct page page;
		struct fault fault = {0};

		print_message("%s\n", refused[i].name);
		assert_false(read_page(refused[i].body, &page, &fault));
		assert_int_equal(fault.code, refused[i].fault);
		assert_non_null(strstr(fault.message, refused[i].words));
	}
}

/* The token in an answer's XML, "" where there is none. */
static void token_of(const struct page *page, char *token, size_t size)
{
	CLEANUP(buffer_done) struct buffer out = {0};
	struct xml x;
	const char *text, *start;

	xml_begin(&x, &out);
	page_write_token(page, &x);
	text = buffer_text(&out);
	start = strstr(text, "<nextToken>");
	*token = '\0';
	if (start)
		snprintf(token, size, "%.*s", (int)strcspn(start + 11, "<"), start + 11);
}

/* Walks names of two letters, seven a page, as botocore's paginator does. */
static void pages_follow_each_other(void **state)
{
	char token[1024] = "", seen[100] = "";
	unsigned pages = 0;

	(void)state;
	do {
		CLEANUP(buffer_done) struct buffer body = {0};
		struct page page;
		struct fault fault;

		buffer_printf(&body, "MaxResults=7&NextToken=%s", token);
		assert_true(read_page(buffer_text(&body), &page, &fault));
		for (char c = 'a'; c <= 'u'; c++) {
			char name[2] = {c, 0};

			if (page_takes(&page, name))
				strcat(seen, name);
		}
		assert_int_equal(page.count, 7);
		token_of(&page, token, sizeof(token));
		pages++;
	} while (*token);
	assert_int_equal(pages, 3);
	assert_string_equal(seen, "abcdefghijklmnopqrstu");
}

static void without_a_limit_all_are_on_it(void **state)
{
	struct page page;
	struct fault fault;
	char token[1024];

	(void)state;
	assert_true(read_page("", &page, &fault));
	for (unsigned i = 0; i < 5000; i++)
		assert_true(page_takes(&page, "x"));
	token_of(&page, token, sizeof(token));
	assert_string_equal(token, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_pages_are_refused),
		cmocka_unit_test(pages_follow_each_other),
		cmocka_unit_test(without_a_limit_all_are_on_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
