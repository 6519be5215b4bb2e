/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help as text, 80 columns. */
#include "programs/dint/help.h"

#include <string.h>

#include "programs/dint/options.h"
#include "programs/dint/screen.h"

#define WIDTH  80
#define COLUMN 20 /* where the summaries start */

void help_synopsis(const struct verb *verb, FILE *file)
{
	const struct verb_option *option;

	fprintf(file, "dint %s", verb->name);
	for (size_t i = 0; i < VERB_ARGUMENTS_MAX && verb->arguments[i].name; i++)
		fprintf(file, verb->arguments[i].optional ? " [%s]%s" : " %s%s",
			verb->arguments[i].name, verb->arguments[i].repeats ? "..." : "");
	for (size_t i = 0; (option = options_at(verb, i)) && option != options_common; i++)
		if (option->summary)
			fprintf(file, option->value ? " [--%s %s]" : " [--%s]", option->name,
				option->value);
	fputc('\n', file);
}

/* Words from a column on, broken at the width; an empty line parts paragraphs. */
static void put_wrapped(const char *text, size_t indent, size_t column, FILE *file)
{
	while (*text) {
		size_t word = strcspn(text, " \n");

		if (column > indent && column + 1 + word > WIDTH) {
			fprintf(file, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			fputc(' ', file);
			column++;
		}
		fprintf(file, "%.*s", (int)word, text);
		column += word;
		text += word;
		if (!strncmp(text, "\n\n", 2)) {
			fprintf(file, "\n\n%*s", (int)indent, "");
			column = indent;
		}
		text += strspn(text, " \n");
	}
	fputc('\n', file);
}

/* "  NAME            what it is" */
static void put_row(const char *name, const char *summary, FILE *file)
{
	int used = fprintf(file, "  %s", name);

	if (used + 1 >= COLUMN)
		fprintf(file, "\n%*s", COLUMN, "");
	else
		fprintf(file, "%*s", COLUMN - used, "");
	put_wrapped(summary, COLUMN, COLUMN, file);
}

static void put_options(const struct verb *verb, FILE *file)
{
	const struct verb_option *option;
	char name[48];

	screen_paint(file, PAINT_BOLD, "options");
	fputc('\n', file);
	for (size_t i = 0; (option = options_at(verb, i)); i++) {
		if (!option->summary)
			continue;
		snprintf(name, sizeof(name), "%c%c%s--%s%s%s", option->letter ? '-' : ' ',
			 option->letter ? option->letter : ' ', option->letter ? ", " : "  ",
			 option->name, option->value ? " " : "",
			 option->value ? option->value : "");
		put_row(name, option->summary, file);
	}
}

static void put_examples(const struct verb *verb, FILE *file)
{
	for (size_t i = 0; i < VERB_EXAMPLES_MAX && verb->examples[i].command; i++) {
		if (i == 0) {
			fputc('\n', file);
			screen_paint(file, PAINT_BOLD, "example");
			fputc('\n', file);
		}
		fprintf(file, "  %s", verb->examples[i].command);
		if (verb->examples[i].summary)
			fprintf(file, "    # %s", verb->examples[i].summary);
		fputc('\n', file);
	}
}

void help_verb(const struct verb *verb, FILE *file)
{
	fprintf(file, "dint %s:", verb->name);
	put_wrapped(verb->summary, 0, strlen(verb->name) + 6, file);
	fputs("\nusage: ", file);
	help_synopsis(verb, file);
	if (verb->details) {
		fputc('\n', file);
		put_wrapped(verb->details, 0, 0, file);
	}
	fputc('\n', file);
	for (size_t i = 0; i < VERB_ARGUMENTS_MAX && verb->arguments[i].name; i++) {
		put_row(verb->arguments[i].name, verb->arguments[i].summary, file);
		if (i + 1 >= VERB_ARGUMENTS_MAX || !verb->arguments[i + 1].name)
			fputc('\n', file);
	}
	put_options(verb, file);
	put_examples(verb, file);
}

void help_overview(FILE *file)
{
	fputs("usage: dint VERB [ARGUMENT] [OPTION]...\n\n", file);
	put_wrapped(verb_dint.details, 0, 0, file);
	fputc('\n', file);
	screen_paint(file, PAINT_BOLD, "verbs");
	fputc('\n', file);
	for (size_t i = 0; verbs[i]; i++)
		put_row(verbs[i]->name, verbs[i]->summary, file);
	fputc('\n', file);
	put_options(&verb_dint, file);
	put_examples(&verb_dint, file);
	fputs("\ndint help VERB says more.\n", file);
}
