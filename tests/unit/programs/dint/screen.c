/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../check.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "programs/dint/screen.h"

static const char *const headings[] = {"NAME", "WHAT", "LAST", NULL};

/* What a table of these cells prints, to be freed. */
static char *print(const char *const *cells, size_t n)
{
	CLEANUP(table_done) struct table table = {0};
	char *text = NULL;
	size_t size = 0;
	FILE *file = tmpfile();

	assert_non_null(file);
	table_init(&table, headings);
	for (size_t i = 0; i < n; i++)
		table_add(&table, cells[i]);
	table_print(&table, file);
	size = (size_t)ftell(file);
	rewind(file);
	text = calloc(1, size + 1);
	assert_int_equal(fread(text, 1, size, file), size);
	fclose(file);
	return text;
}

static void columns_are_as_wide_as_they_need(void **state)
{
	static const char *const cells[] = {
		"a", NULL, "z", "\xc3\xa4\xc3\xb6", "long word", "", "\x1b[m", "", ""};
	CLEANUP(free_ptr) char *text = print(cells, 9);

	(void)state;
	assert_string_equal(text, "NAME    WHAT       LAST\n"
				  "a       -          z\n"
				  "\xc3\xa4\xc3\xb6      long word\n"
				  "\\x1b[m\n");
}

static void files_have_no_colour(void **state)
{
	CLEANUP(fclose_ptr) FILE *file = tmpfile();
	char text[32] = "";

	(void)state;
	assert_non_null(file);
	assert_false(screen_is_terminal(file));
	screen_paint(file, PAINT_BAD, "a\nb");
	screen_put(file, NULL);
	rewind(file);
	assert_non_null(fgets(text, sizeof(text), file));
	assert_string_equal(text, "a\\x0ab-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_as_wide_as_they_need),
		cmocka_unit_test(files_have_no_colour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
