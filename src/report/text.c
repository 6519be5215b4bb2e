/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Labels, escapes, gaps. */
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "report/text_internal.h"

#define LABEL_WIDTH 12
#define BOLD	    "\x1b[1m"
#define PLAIN	    "\x1b[0m"

void text_label(const struct text *text, const char *label)
{
	fprintf(text->to, "%s%-*s%s", text->colour ? BOLD : "", LABEL_WIDTH, label,
		text->colour ? PLAIN : "");
}

void text_heading(const struct text *text, const char *heading)
{
	fprintf(text->to, "\n%s%s%s\n", text->colour ? BOLD : "", heading,
		text->colour ? PLAIN : "");
}

void text_put_bytes(const struct text *text, const void *bytes, size_t n)
{
	CLEANUP(buffer_done) struct buffer escaped = {0};

	text_escape(&escaped, bytes, n);
	fputs(buffer_text(&escaped), text->to);
}

void text_put_string(const struct text *text, const json_t *string)
{
	if (json_is_string(string))
		text_put_bytes(text, json_string_value(string), json_string_length(string));
}

void text_put(const struct text *text, const json_t *object, const char *key, const char *otherwise)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_string(value))
		text_put_string(text, value);
	else
		fputs(otherwise, text->to);
}

void text_field(const struct text *text, const char *label, const json_t *object, const char *key)
{
	if (!json_find_string(object, key))
		return;
	text_label(text, label);
	text_put(text, object, key, "");
	fputc('\n', text->to);
}

/* Gaps with one reason are named together: most have the same. */
static void put_gaps_like(const struct text *text, const json_t *gaps, size_t first)
{
	const char *why = json_find_string(json_array_get(gaps, first), "why");
	bool comma = false;

	fputs("  ", text->to);
	for (size_t i = first; i < json_array_size(gaps); i++) {
		const json_t *gap = json_array_get(gaps, i);
		const char *other = json_find_string(gap, "why");

		if (!other || strcmp(why, other) != 0)
			continue;
		if (comma)
			fputs(", ", text->to);
		comma = true;
		text_put(text, gap, "what", "?");
	}
	fputs(": ", text->to);
	text_put(text, json_array_get(gaps, first), "why", "");
	fputc('\n', text->to);
}

static bool told_before(const json_t *gaps, size_t at)
{
	const char *why = json_find_string(json_array_get(gaps, at), "why");

	for (size_t i = 0; why && i < at; i++) {
		const char *other = json_find_string(json_array_get(gaps, i), "why");

		if (other && strcmp(why, other) == 0)
			return true;
	}
	return !why;
}

void text_gaps(const struct text *text, const json_t *report)
{
	const json_t *gaps = json_find_array(report, "gaps");

	if (json_array_size(gaps) == 0)
		return;
	text_heading(text, "Not known");
	for (size_t i = 0; i < json_array_size(gaps); i++)
		if (!told_before(gaps, i))
			put_gaps_like(text, gaps, i);
}
