/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Manual pages in man(7)'s macros. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "programs/dint/help.h"
#include "programs/dint/options.h"
#include "programs/exits.h"

/* Text that is only text: no escape of roff's, no request at the start of a line. */
static void put(const char *text, FILE *file)
{
	bool line_start = true;

	for (; *text; text++) {
		if (!strncmp(text, "\n\n", 2)) {
			fputs("\n.PP\n", file);
			text++;
			line_start = true;
			continue;
		}
		if (line_start && (*text == '.' || *text == '\''))
			fputs("\\&", file);
		if (*text == '\\')
			fputs("\\e", file);
		else if (*text == '-')
			fputs("\\-", file);
		else
			fputc(*text, file);
		line_start = *text == '\n';
	}
}

static void put_line(const char *text, FILE *file)
{
	put(text, file);
	fputc('\n', file);
}

static void put_synopsis(const struct verb *verb, FILE *file)
{
	CLEANUP(free_ptr) char *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		return;
	help_synopsis(verb, memory);
	fclose(memory);
	put(text, file);
}

static void put_options(const struct verb *verb, FILE *file)
{
	const struct verb_option *option;

	fputs(".SH OPTIONS\n", file);
	for (size_t i = 0; (option = options_at(verb, i)); i++) {
		if (!option->summary)
			continue;
		fputs(".TP\n", file);
		if (option->letter)
			fprintf(file, "\\fB\\-%c\\fR, ", option->letter);
		fputs("\\fB\\-\\-", file);
		put(option->name, file);
		fputs("\\fR", file);
		if (option->value)
			fprintf(file, " \\fI%s\\fR", option->value);
		fputc('\n', file);
		put_line(option->summary, file);
	}
}

static void put_examples(const struct verb *verb, FILE *file)
{
	if (!verb->examples[0].command)
		return;
	fputs(".SH EXAMPLES\n", file);
	for (size_t i = 0; i < VERB_EXAMPLES_MAX && verb->examples[i].command; i++) {
		if (verb->examples[i].summary) {
			fputs(".PP\n", file);
			put(verb->examples[i].summary, file);
			fputs(":\n", file);
		}
		fputs(".PP\n.EX\n", file);
		put_line(verb->examples[i].command, file);
		fputs(".EE\n", file);
	}
}

static void put_common_end(FILE *file)
{
	fputs(".SH EXIT STATUS\n", file);
	for (size_t i = 0; exits[i].summary; i++) {
		fprintf(file, ".TP\n%d\n", exits[i].status);
		put_line(exits[i].summary, file);
	}
	fputs(".SH ENVIRONMENT\n"
	      ".TP\nDINT_SOCKET\ndintd's socket, in place of " SOCKET_DEFAULT "\n"
	      ".TP\nDINT_ANALYZE\nthe dint\\-analyze to run\n"
	      ".TP\nNO_COLOR\nif set and not empty: no colours\n",
	      file);
}

static void put_see_also(const struct verb *self, FILE *file)
{
	const char *separator = "";

	fputs(".SH SEE ALSO\n", file);
	if (self != &verb_dint) {
		fputs(".BR dint (1)", file);
		separator = ",\n";
	}
	for (size_t i = 0; verbs[i]; i++) {
		if (verbs[i] == self)
			continue;
		fprintf(file, "%s.BR dint\\-%s (1)", separator, verbs[i]->name);
		separator = ",\n";
	}
	fputs(",\n.BR dintd (8),\n.BR dint\\-guest (8)\n", file);
}

static void put_head(const struct verb *verb, FILE *file)
{
	const char *dash = verb == &verb_dint ? "" : "-";
	const char *name = verb == &verb_dint ? "" : verb->name;

	fputs(".\\\" SPDX-License-Identifier: GPL-2.0-or-later\n.TH \"DINT", file);
	for (fputs(*dash ? "\\-" : "", file); *name; name++)
		fputc(*name >= 'a' && *name <= 'z' ? *name - 'a' + 'A' : *name, file);
	fprintf(file, "\" 1 \"\" \"dint %s\" \"dint\"\n.SH NAME\ndint%s%s \\- ", DINT_VERSION,
		*dash ? "\\-" : "", verb == &verb_dint ? "" : verb->name);
	put_line(verb->summary, file);
	fputs(".SH SYNOPSIS\n", file);
}

static void put_verbs(FILE *file)
{
	fputs(".SH VERBS\n", file);
	for (size_t i = 0; verbs[i]; i++) {
		fprintf(file, ".TP\n.BR dint\\-%s (1)\n", verbs[i]->name);
		put_line(verbs[i]->summary, file);
	}
}

static void put_arguments(const struct verb *verb, FILE *file)
{
	for (size_t i = 0; i < VERB_ARGUMENTS_MAX && verb->arguments[i].name; i++) {
		fprintf(file, ".TP\n\\fI%s\\fR\n", verb->arguments[i].name);
		put_line(verb->arguments[i].summary, file);
	}
}

void manual_page(const struct verb *verb, FILE *file)
{
	if (!verb)
		verb = &verb_dint;
	put_head(verb, file);
	if (verb == &verb_dint)
		fputs("dint VERB [ARGUMENT] [OPTION]...\n", file);
	else
		put_synopsis(verb, file);
	fputs(".SH DESCRIPTION\n", file);
	put_line(verb->details ? verb->details : verb->summary, file);
	put_arguments(verb, file);
	if (verb == &verb_dint)
		put_verbs(file);
	put_options(verb, file);
	put_common_end(file);
	put_examples(verb, file);
	put_see_also(verb, file);
}

/* By a new name first, so that the directory's time says that it was made anew. */
static bool write_page(const char *directory, const struct verb *verb, struct dint_error *err)
{
	CLEANUP(free_ptr)
	char *path = xasprintf("%s/dint%s%s.1", directory, verb ? "-" : "", verb ? verb->name : "");
	CLEANUP(free_ptr) char *partial = xasprintf("%s.new", path);
	FILE *file = fopen(partial, "we");

	if (!file)
		return dint_fail_errno(err, "%.200s", partial);
	manual_page(verb, file);
	if (fclose(file) != 0 || rename(partial, path) < 0)
		return dint_fail_errno(err, "%.200s", path);
	return true;
}

bool manual_write_all(const char *directory, struct dint_error *err)
{
	if (mkdir(directory, 0777) < 0 && errno != EEXIST)
		return dint_fail_errno(err, "%.200s", directory);
	if (!write_page(directory, NULL, err))
		return false;
	for (size_t i = 0; verbs[i]; i++)
		if (!write_page(directory, verbs[i], err))
			return false;
	return true;
}
