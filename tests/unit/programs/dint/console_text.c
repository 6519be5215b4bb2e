/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../check.h"

#include "base/cleanup.h"
#include "base/units.h"
#include "programs/dint/console_text.h"

static const struct {
	const char *name, *bytes, *want;
} cases[] = {
	{"lines and tabs stay", "a\tb\nc", "a\tb\nc"},
	{"carriage returns go", "a\r\nb\rc", "a\nbc"},
	{"colours go", "\x1b[1;31mred\x1b[m\x1b[0m", "red"},
	{"what moves the cursor is shown", "\x1b[2J\x1b[1;1H", "\\x1b[2J\\x1b[1;1H"},
	{"a title", "\x1b]0;x\x07", "\\x1b]0;x\\x07"},
	{"letters of two and three bytes", "\xc3\xa4\xe2\x82\xac", "\xc3\xa4\xe2\x82\xac"},
	{"no UTF-8", "\xff\xc3(", "\\xff\\xc3("},
	{"a letter that never ends", "a\xe2\x82", "a\\xe2\\x82"},
	{"a colour that never ends", "a\x1b[31", "a\\x1b[31"},
	{"a lone escape", "\x1b", "\\x1b"},
	{"escape twice", "\x1b\x1b[0m", "\\x1b"},
	{"a colour longer than any", "\x1b[00000000000000000000000000000000000m",
	 "\\x1b[00000000000000000000000000000000000m"},
};

/* However the bytes are cut into pieces, the same comes out. */
static void pieces_of_any_size_read_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (size_t piece = 1; piece < 48; piece++) {
			CLEANUP(buffer_done) struct buffer shown = {0};
			struct console_text text = {0};
			size_t n = strlen(cases[i].bytes);

			for (size_t at = 0; at < n; at += piece)
				console_text_add(&text, &shown, cases[i].bytes + at,
						 n - at < piece ? n - at : piece);
			console_text_end(&text, &shown);
			if (strcmp(buffer_text(&shown), cases[i].want) != 0)
				fail_msg("%s, in pieces of %zu: '%s'", cases[i].name, piece,
					 buffer_text(&shown));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_of_any_size_read_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
