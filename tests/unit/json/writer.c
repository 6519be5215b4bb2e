/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include <fcntl.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/units.h"
#include "json/json.h"

static const struct {
	const char *name, *bytes;
	size_t size;
	const char *want;
} strings[] = {
	{"plain", "vlink_pool", 10, "\"vlink_pool\"\n"},
	{"quote and backslash", "a\"b\\c", 5, "\"a\\\"b\\\\c\"\n"},
	{"newline, tab, escape", "\n\t\x1b[0m", 6, "\"\\n\\t\\u001b[0m\"\n"},
	{"UTF-8 stays", "\xc3\xbc", 2, "\"\xc3\xbc\"\n"},
	{"not UTF-8", "a\xff\xfe", 3, "\"a\xef\xbf\xbd\xef\xbf\xbd\"\n"},
	{"NUL", "a\0b", 3, "\"a\xef\xbf\xbd\x62\"\n"},
	{"empty", "", 0, "\"\"\n"},
};

static void strings_are_escaped_and_read_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
		CLEANUP(buffer_done) struct buffer out = {0};
		struct json_writer w;
		struct dint_error err;

		json_writer_init(&w, &out, -1);
		json_put_bytes(&w, NULL, strings[i].bytes, strings[i].size);
		assert_works(json_writer_end(&w, &err), &err);
		assert_string_equal(buffer_text(&out), strings[i].want);
		CLEANUP(json_decref_ptr)
		json_t *back = json_loads(buffer_text(&out), JSON_DECODE_ANY, NULL);
		assert_non_null(back);
	}
}

static void a_document_has_a_line_for_each_outer_value(void **state)
{
	CLEANUP(buffer_done) struct buffer out = {0};
	struct json_writer w;
	struct dint_error err;

	(void)state;
	json_writer_init(&w, &out, -1);
	json_open_object(&w, NULL);
	json_put_address(&w, "at", 0xffffffff81000000);
	json_put_micros(&w, "time_s", 5102992);
	json_open_array(&w, "cpus");
	json_put_u64(&w, NULL, 0);
	json_put_i64(&w, NULL, -1);
	json_open_object(&w, NULL);
	json_put_bool(&w, "on", true);
	json_put_string(&w, "task", NULL);
	json_close(&w);
	json_close(&w);
	json_open_array(&w, "gaps");
	json_close(&w);
	json_put_printf(&w, "text", "%d of %d", 1, 2);
	json_close(&w);
	assert_works(json_writer_end(&w, &err), &err);
	assert_string_equal(buffer_text(&out), "{\n\"at\":\"0xffffffff81000000\","
					       "\n\"time_s\":5.102992,"
					       "\n\"cpus\":[0,-1,{\"on\":true,\"task\":null}],"
					       "\n\"gaps\":[],"
					       "\n\"text\":\"1 of 2\"\n}\n");
}

static void a_descriptor_gets_all_and_a_full_one_is_told(void **state)
{
	CLEANUP(buffer_done) struct buffer out = {0};
	CLEANUP(close_fd) int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct json_writer w;
	struct dint_error err;

	(void)state;
	json_writer_init(&w, &out, full);
	json_open_array(&w, NULL);
	for (unsigned i = 0; i < 40000; i++)
		json_put_u64(&w, NULL, i);
	assert_true(out.size < 70000);
	json_close(&w);
	assert_refused(json_writer_end(&w, &err), &err, DINT_SYSTEM, "No space left");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_escaped_and_read_back),
		cmocka_unit_test(a_document_has_a_line_for_each_outer_value),
		cmocka_unit_test(a_descriptor_gets_all_and_a_full_one_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
