/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/base64.h"
#include "base/cleanup.h"
#include "base/units.h"

/* RFC 4648, section 10 */
static const struct {
	const char *plain, *coded;
} vectors[] = {
	{"", ""},
	{"f", "Zg=="},
	{"fo", "Zm8="},
	{"foo", "Zm9v"},
	{"foob", "Zm9vYg=="},
	{"fooba", "Zm9vYmE="},
	{"foobar", "Zm9vYmFy"},
	{"\xff\xfe", "//4="},
};

static const struct {
	const char *name, *text, *refusal;
} refusals[] = {
	{"not a multiple of four", "Zg=", "character 0"},
	{"a letter that is no digit", "Zm9vZm9!", "character 4"},
	{"padding in the middle", "Zg==Zm9v", "character 0"},
	{"three of padding", "Z===", "character 0"},
	{"a digit behind padding", "Zg=v", "character 0"},
	{"a line break", "Zm9\n", "character 0"},
};

static void vectors_go_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		CLEANUP(buffer_done) struct buffer coded = {0}, plain = {0};
		struct dint_error err;

		base64_encode(vectors[i].plain, strlen(vectors[i].plain), &coded);
		assert_string_equal(buffer_text(&coded), vectors[i].coded);
		assert_works(
			base64_decode(vectors[i].coded, strlen(vectors[i].coded), &plain, &err),
			&err);
		assert_string_equal(buffer_text(&plain), vectors[i].plain);
	}
}

static void other_text_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		CLEANUP(buffer_done) struct buffer plain = {0};
		struct dint_error err;

		assert_refused(
			base64_decode(refusals[i].text, strlen(refusals[i].text), &plain, &err),
			&err, DINT_BAD_REQUEST, refusals[i].refusal);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_go_both_ways),
		cmocka_unit_test(other_text_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
