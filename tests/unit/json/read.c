/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/units.h"
#include "json/read.h"

static const struct {
	const char *name, *text, *refusal;
} documents[] = {
	{"an object", "{\"a\":1}", NULL},
	{"a key twice", "{\"a\":1,\"a\":2}", "duplicate object key"},
	{"something behind it", "{} x", "line 1, column"},
	{"cut short", "{\"a\":", "not JSON: line 1"},
	{"too long", "{\"a\":\"0123456789012345678901234567890\"}", "the most is 32"},
	{"empty", "", "not JSON"},
};

static void documents_are_read_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(documents); i++) {
		CLEANUP(json_decref_ptr) json_t *root = NULL;
		struct dint_error err;
		const char *text = documents[i].text;

		if (!documents[i].refusal)
			assert_works(json_parse_limited(text, strlen(text), 32, &root, &err), &err);
		else
			assert_refused(json_parse_limited(text, strlen(text), 32, &root, &err),
				       &err, DINT_BAD_REQUEST, documents[i].refusal);
	}
}

static void getters_name_the_key(void **state)
{
	static const char text[] = "{\"name\":\"web1\",\"n\":7,\"minus\":-1,\"on\":true,\"o\":{},"
				   "\"l\":[]}";
	CLEANUP(json_decref_ptr) json_t *root = NULL;
	struct dint_error err;
	const char *name = NULL;
	const json_t *inner = NULL;
	uint64_t n = 0;
	bool on = false;

	(void)state;
	assert_works(json_parse_limited(text, strlen(text), sizeof(text), &root, &err), &err);
	assert_works(json_get_string(root, "name", &name, &err), &err);
	assert_string_equal(name, "web1");
	assert_works(json_get_u64(root, "n", &n, &err), &err);
	assert_int_equal(n, 7);
	assert_works(json_get_bool(root, "on", &on, &err), &err);
	assert_true(on);
	assert_works(json_get_object(root, "o", &inner, &err), &err);
	assert_works(json_get_array(root, "l", &inner, &err), &err);
	assert_refused(json_get_string(root, "nmae", &name, &err), &err, DINT_BAD_REQUEST,
		       "nmae: missing");
	assert_refused(json_get_string(root, "n", &name, &err), &err, DINT_BAD_REQUEST,
		       "n: a string belongs here");
	assert_refused(json_get_u64(root, "minus", &n, &err), &err, DINT_BAD_REQUEST, "below 0");
	assert_refused(json_get_bool(root, "n", &on, &err), &err, DINT_BAD_REQUEST,
		       "true or false");
	assert_refused(json_get_array(root, "o", &inner, &err), &err, DINT_BAD_REQUEST, "an array");
	assert_null(json_find_string(root, "n"));
	assert_int_equal(json_find_u64(root, "minus", 9), 9);
	assert_true(json_find_bool(root, "absent", true));
	assert_non_null(json_find_object(root, "o"));
	assert_null(json_find_array(root, "o"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_are_read_or_refused),
		cmocka_unit_test(getters_name_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
