/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Escapes, colours (ECMA-48 SGR) and columns. */
#include "programs/dint/screen.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"

bool screen_is_terminal(FILE *file)
{
	const char *term = getenv("TERM");

	return isatty(fileno(file)) && term && *term && strcmp(term, "dumb") != 0;
}

bool screen_has_colour(FILE *file)
{
	const char *refused = getenv("NO_COLOR");

	return (!refused || !*refused) && screen_is_terminal(file);
}

void screen_put(FILE *file, const char *text)
{
	CLEANUP(buffer_done) struct buffer safe = {0};

	text_escape(&safe, text ? text : "-", text ? strlen(text) : 1);
	fputs(buffer_text(&safe), file);
}

void screen_paint(FILE *file, enum paint paint, const char *text)
{
	static const char *const starts[] = {"", "\033[1m", "\033[32m", "\033[31m", "\033[2m"};
	bool colour = paint != PAINT_NONE && screen_has_colour(file);

	fputs(colour ? starts[paint] : "", file);
	screen_put(file, text);
	fputs(colour ? "\033[0m" : "", file);
}

bool screen_json(const json_t *value, struct dint_error *err)
{
	CLEANUP(free_ptr)
	char *text = json_dumps(value, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);

	if (!text || puts(text) < 0)
		return dint_fail_errno(err, "stdout");
	return true;
}

/* Characters, not bytes: the columns of everything but wide and combining ones. */
static size_t width_of(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

void table_init(struct table *table, const char *const *headings)
{
	memset(table, 0, sizeof(*table));
	while (headings[table->columns])
		table->columns++;
	for (size_t i = 0; i < table->columns; i++)
		table_add(table, headings[i]);
}

void table_done(struct table *table)
{
	buffer_done(&table->text);
}

void table_add(struct table *table, const char *cell)
{
	size_t column = table->cells++ % table->columns, start = table->text.size, width;

	text_escape(&table->text, cell ? cell : "-", cell ? strlen(cell) : 1);
	buffer_add_u8(&table->text, '\0');
	width = width_of((const char *)table->text.bytes + start);
	if (width > table->widths[column])
		table->widths[column] = width;
}

void table_print(const struct table *table, FILE *file)
{
	const char *cell = (const char *)table->text.bytes;
	size_t gap = 0; /* spaces that are owed, should the row go on */

	for (size_t i = 0; i < table->cells; i++, cell += strlen(cell) + 1) {
		size_t column = i % table->columns;

		if (*cell) {
			fprintf(file, "%*s", (int)gap, "");
			screen_paint(file, i < table->columns ? PAINT_BOLD : PAINT_NONE, cell);
			gap = 0;
		}
		gap += table->widths[column] - width_of(cell) + 2;
		if (column + 1 == table->columns) {
			fputc('\n', file);
			gap = 0;
		}
	}
}
