/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pieces of a target, and the header Range. */
#include "http/uri.h"

#include "../check.h"
#include "base/units.h"
#include "http/range.h"

static const struct {
	const char *encoded, *text; /* text NULL: refused with these words */
	const char *refusal;
} pieces[] = {
	{"", "", NULL},
	{"abc-._~", "abc-._~", NULL},
	{"%41%2f%2F%25", "A//%", NULL},
	{"a+b", "a+b", NULL},
	{"%C3%a4\xc3\xa4", "ää", NULL},
	{"%", NULL, "a '%' without two hex digits"},
	{"a%4", NULL, "a '%' without two hex digits"},
	{"%zz", NULL, "a '%' without two hex digits"},
	{"%4g", NULL, "a '%' without two hex digits"},
	{"%00", NULL, "a NUL"},
	{"%ff", NULL, "what is not UTF-8"},
	{"%c3(", NULL, "what is not UTF-8"},
};

static void each_piece(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		struct buffer text = {0};
		struct dint_error err = {0};
		const char *encoded = pieces[i].encoded;
		bool taken = uri_decode(encoded, strlen(encoded), &text, &err);

		if (taken != (pieces[i].text != NULL))
			fail_msg("'%s': %s", encoded, taken ? "taken" : err.message);
		if (taken)
			assert_string_equal(buffer_text(&text), pieces[i].text);
		else
			assert_string_equal(err.message, pieces[i].refusal);
		buffer_done(&text);
	}
}

static void a_query_is_read_pair_by_pair(void **state)
{
	struct uri_query query = {.at = "a=1&&b=&c&d=x=y&%65=%26&"};
	static const char *const want[][2] = {
		{"a", "1"}, {"b", ""}, {"c", ""}, {"d", "x=y"}, {"e", "&"}};
	struct dint_error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_true(uri_query_next(&query, &err));
		assert_string_equal(query.name, want[i][0]);
		assert_string_equal(query.value, want[i][1]);
	}
	assert_false(uri_query_next(&query, &err));
	assert_int_equal(err.code, DINT_OK);
	query.at = "a=%";
	assert_false(uri_query_next(&query, &err));
	assert_int_equal(err.code, DINT_BAD_REQUEST);
	uri_query_done(&query);
}

static const struct {
	const char *header;
	uint64_t whole;
	enum http_range range;
	uint64_t offset, size;
} ranges[] = {
	{NULL, 100, RANGE_WHOLE, 0, 0},
	{"bytes=0-9", 100, RANGE_PIECE, 0, 10},
	{"BYTES=99-", 100, RANGE_PIECE, 99, 1},
	{"bytes=-1", 100, RANGE_PIECE, 99, 1},
	{"bytes=-500", 100, RANGE_PIECE, 0, 100},
	{"bytes=90-500", 100, RANGE_PIECE, 90, 10},
	{"bytes=0-99999999999999999999999", 100, RANGE_PIECE, 0, 100},
	{"bytes=100-", 100, RANGE_BEHIND, 0, 0},
	{"bytes=99999999999999999999999-", 100, RANGE_BEHIND, 0, 0},
	{"bytes=-0", 100, RANGE_BEHIND, 0, 0},
	{"bytes=0-", 0, RANGE_BEHIND, 0, 0},
	{"bytes=-5", 0, RANGE_BEHIND, 0, 0},
	{"bytes=9-0", 100, RANGE_WHOLE, 0, 0},
	{"bytes=-", 100, RANGE_WHOLE, 0, 0},
	{"bytes=", 100, RANGE_WHOLE, 0, 0},
	{"bytes=1", 100, RANGE_WHOLE, 0, 0},
	{"bytes=1-2,4-5", 100, RANGE_WHOLE, 0, 0},
	{"bytes=1-2x", 100, RANGE_WHOLE, 0, 0},
	{"bytes= 1-2", 100, RANGE_WHOLE, 0, 0},
	{"lines=1-2", 100, RANGE_WHOLE, 0, 0},
};

static void each_range(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		uint64_t offset = 0, size = 0;
		enum http_range range =
			http_range_read(ranges[i].header, ranges[i].whole, &offset, &size);

		if (range != ranges[i].range || offset != ranges[i].offset ||
		    size != ranges[i].size)
			fail_msg("%s of %lu: %d, %lu from %lu", ranges[i].header, ranges[i].whole,
				 range, size, offset);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_piece),
		cmocka_unit_test(a_query_is_read_pair_by_pair),
		cmocka_unit_test(each_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
