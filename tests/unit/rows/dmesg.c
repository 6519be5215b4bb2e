/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/cleanup.h"
#include "base/units.h"
#include "rows/dmesg.h"

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
	const char *name;
	uint64_t time_ns;
	const char *text;
	size_t n;
	bool lacks_block;
	const char *kernel, *makedumpfile;
} records[] = {
	{"one line", 88005541999, TEXT("Uhhuh."), false, "[   88.005541] Uhhuh.\n",
	 "[   88.005541] Uhhuh.\n"},
	{"two lines", 1500000000, TEXT("first\n\tsecond"), false,
	 "[    1.500000] first\n[    1.500000] \tsecond\n",
	 "[    1.500000] first\n               \tsecond\n"},
	{"a long uptime", 12345678000000000, TEXT("x"), false, "[12345678.000000] x\n",
	 "[12345678.000000] x\n"},
	{"an empty line", 0, TEXT(""), true, "[    0.000000] \n", ""},
	{"an empty line with a block", 0, TEXT(""), false, "[    0.000000] \n",
	 "[    0.000000] \n"},
	{"an empty line in the middle", 0, TEXT("a\n\nb"), false,
	 "[    0.000000] a\n[    0.000000] \n[    0.000000] b\n",
	 "[    0.000000] a\n               \n               b\n"},
	{"a terminal's escape", 0, TEXT("\x1b[2J"), false, "[    0.000000] \\x1b[2J\n",
	 "[    0.000000] \\x1b[2J\n"},
	{"a carriage return", 0, TEXT("a\rb"), false, "[    0.000000] a\\x0db\n",
	 "[    0.000000] a\\x0db\n"},
	{"UTF-8", 0, TEXT("\xc3\xa9"), false, "[    0.000000] \xc3\xa9\n",
	 "[    0.000000] \\xffffffc3\\xffffffa9\n"},
	{"not UTF-8", 0, TEXT("\xe9"), false, "[    0.000000] \\xe9\n",
	 "[    0.000000] \\xffffffe9\n"},
	{"NUL", 0, TEXT("a\0b"), false, "[    0.000000] a\\x00b\n", "[    0.000000] a\\x00b\n"},
};

static void records_have_two_styles(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		struct printk_record record = {.time_ns = records[i].time_ns,
					       .text = records[i].text,
					       .n = records[i].n,
					       .lacks_block = records[i].lacks_block};
		CLEANUP(buffer_done) struct buffer kernel = {0}, makedumpfile = {0};

		dmesg_add_kernel(&kernel, &record);
		assert_string_equal(buffer_text(&kernel), records[i].kernel);
		dmesg_add_makedumpfile(&makedumpfile, &record);
		assert_string_equal(buffer_text(&makedumpfile), records[i].makedumpfile);
	}
}

static const struct {
	const char *name;
	struct printk_record record;
	const char *want;
} objects[] = {
	{"a task's",
	 {.time_ns = 1500000999,
	  .text = "x",
	  .n = 1,
	  .level = 6,
	  .has_caller = true,
	  .caller_id = 77},
	 "{\n\"time_s\":1.500000,\n\"level\":6,\n\"facility\":0,\n\"caller\":\"T77\",\n\"text\":"
	 "\"x\"\n}\n"},
	{"a CPU's",
	 {.text = "a\nb",
	  .n = 3,
	  .facility = 3,
	  .has_caller = true,
	  .caller_id = PRINTK_CALLER_CPU | 1},
	 "{\n\"time_s\":0.000000,\n\"level\":0,\n\"facility\":3,\n\"caller\":\"C1\",\n\"text\":"
	 "\"a\\nb\"\n}\n"},
	{"without a caller",
	 {.text = "", .n = 0},
	 "{\n\"time_s\":0.000000,\n\"level\":0,\n\"facility\":0,\n\"caller\":null,\n\"text\":"
	 "\"\"\n}\n"},
};

static void records_are_objects(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++) {
		CLEANUP(buffer_done) struct buffer out = {0};
		struct json_writer w;
		struct dint_error err;

		json_writer_init(&w, &out, -1);
		dmesg_put_record(&w, &objects[i].record);
		assert_works(json_writer_end(&w, &err), &err);
		assert_string_equal(buffer_text(&out), objects[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_have_two_styles),
		cmocka_unit_test(records_are_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
