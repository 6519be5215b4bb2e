/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "machine/console_text.h"

static const struct {
	const char *name, *bytes;
	const char *want; /* lines, each with a '|' behind it */
} cases[] = {
	{"printk", "[    0.1] Linux version 6.1\r\n[    0.2] Command line:\r\n",
	 "[    0.1] Linux version 6.1|[    0.2] Command line:|"},
	{"a line without its end is none yet", "login: ", ""},
	{"empty lines are not told", "\r\n\n\r\ra\n\n", "a|"},
	{"progress drawn with CR", "Copying data : [ 10.0 %]\rCopying data : [ 20.0 %]\r\n",
	 "Copying data : [ 10.0 %]|Copying data : [ 20.0 %]|"},
	{"colours (lsb)", "\x1b[32;1mok\x1b[0m done.\n", "ok done.|"},
	{"cursor and private modes", "\x1b[?25l\x1b[2J\x1b[1;1Hx\x1b[K\n", "x|"},
	{"a character set", "\x1b(By\x1b=z\n", "yz|"},
	{"a title that ends with BEL", "\x1b]0;title\x07text\n", "text|"},
	{"a title that ends with ST", "\x1b]0;title\x1b\\text\n", "text|"},
	{"a sequence that a crash cut short", "\x1b[3\nKernel panic\n", "Kernel panic|"},
	{"a title that a crash cut short", "\x1b]0;ti\r\nKernel panic\n", "Kernel panic|"},
	{"a sequence within a sequence", "\x1b[3\x1b[1mbold\n", "bold|"},
	{"control characters",
	 "a\x01"
	 "b\x7f"
	 "c\x08"
	 "d\te\n",
	 "abcd e|"},
	{"bytes above 0x7f stay", "gr\xc3\xbc\xc3\x9f \xff\n", "gr\xc3\xbc\xc3\x9f \xff|"},
};

static void gather(void *arg, const char *line)
{
	buffer_printf(arg, "%s|", line);
}

static void bytes_become_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (size_t piece = 1; piece < 100; piece += 49) {
			CLEANUP(free_ptr) struct console_text *text = xcalloc(1, sizeof(*text));
			CLEANUP(buffer_done) struct buffer out = {0};
			size_t size = strlen(cases[i].bytes);

			for (size_t at = 0; at < size; at += piece)
				console_text_add(text, (const uint8_t *)cases[i].bytes + at,
						 size - at < piece ? size - at : piece, gather,
						 &out);
			if (strcmp(buffer_text(&out), cases[i].want))
				fail_msg("%s: '%s'", cases[i].name, buffer_text(&out));
			assert_int_equal(text->seen, size);
		}
}

static void a_long_line_is_cut(void **state)
{
	CLEANUP(free_ptr) struct console_text *text = xcalloc(1, sizeof(*text));
	CLEANUP(buffer_done) struct buffer out = {0};

	(void)state;
	for (unsigned i = 0; i < 5000; i++)
		console_text_add(text, (const uint8_t *)"x", 1, gather, &out);
	console_text_add(text, (const uint8_t *)"\nnext\n", 6, gather, &out);
	assert_int_equal(out.size, CONSOLE_LINE_BYTES + strlen("|next|"));
	assert_string_equal(buffer_text(&out) + CONSOLE_LINE_BYTES, "|next|");
}

static void an_endless_title_is_none(void **state)
{
	CLEANUP(free_ptr) struct console_text *text = xcalloc(1, sizeof(*text));
	CLEANUP(buffer_done) struct buffer out = {0};

	(void)state;
	console_text_add(text, (const uint8_t *)"\x1b]", 2, gather, &out);
	for (unsigned i = 0; i < 400; i++)
		console_text_add(text, (const uint8_t *)"x", 1, gather, &out);
	console_text_add(text, (const uint8_t *)"\n", 1, gather, &out);
	assert_int_equal(out.size, 400 - CONSOLE_SEQUENCE_BYTES + 1 + 1);
}

/* Byte n of the stream is a function of n, so that a copy shows where it is from. */
static uint8_t byte_at(uint64_t n)
{
	return n * 2654435761u >> 24;
}

static void add_numbered(struct console_text *text, size_t n)
{
	CLEANUP(free_ptr) uint8_t *bytes = xmalloc(n);

	for (size_t i = 0; i < n; i++)
		bytes[i] = byte_at(text->seen + i);
	console_text_add(text, bytes, n, NULL, NULL);
}

static void the_ring_holds_the_last_bytes(void **state)
{
	static const struct {
		const char *name;
		size_t add;    /* more of the stream */
		uint64_t from; /* asked for */
		size_t n;
		uint64_t want_from;
		size_t want;
	} steps[] = {
		{"nothing yet", 0, 0, 10, 0, 0},
		{"all that there is", 1000, 0, 2000, 0, 1000},
		{"a part", 0, 990, 5, 990, 5},
		{"behind the end", 0, 5000, 5, 1000, 0},
		{"the ring is full", 70000, 0, 100000, 71000 - CONSOLE_RING_BYTES,
		 CONSOLE_RING_BYTES},
		{"around its end", 0, 65530, 20, 65530, 20},
		{"more than a ring at once", 200000, 0, 100000, 271000 - CONSOLE_RING_BYTES,
		 CONSOLE_RING_BYTES},
	};
	CLEANUP(free_ptr) struct console_text *text = xcalloc(1, sizeof(*text));
	CLEANUP(free_ptr) uint8_t *copy = xmalloc(100000);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		uint64_t from = steps[i].from;
		size_t got;

		add_numbered(text, steps[i].add);
		got = console_text_copy(text, &from, copy, steps[i].n);
		if (got != steps[i].want || from != steps[i].want_from)
			fail_msg("%s: %zu bytes from %llu", steps[i].name, got,
				 (unsigned long long)from);
		for (size_t byte = 0; byte < got; byte++)
			assert_int_equal(copy[byte], byte_at(from + byte));
	}
}

static void kept_bytes_are_restored(void **state)
{
	CLEANUP(free_ptr) struct console_text *text = xcalloc(1, sizeof(*text));
	uint64_t from = 0;
	char copy[20] = {0};

	(void)state;
	console_text_restore(text, (const uint8_t *)"before ", 7, 100000);
	console_text_add(text, (const uint8_t *)"after", 5, NULL, NULL);
	assert_int_equal(text->seen, 100005);
	from = 99993;
	assert_int_equal(console_text_copy(text, &from, copy, 19), 12);
	assert_string_equal(copy, "before after");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_become_lines),
		cmocka_unit_test(a_long_line_is_cut),
		cmocka_unit_test(an_endless_title_is_none),
		cmocka_unit_test(the_ring_holds_the_last_bytes),
		cmocka_unit_test(kept_bytes_are_restored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
