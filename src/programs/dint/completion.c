/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completions for the shells. What exists at the moment (machines, incidents) they ask
 * `dint help --names`, which is quick and silent. */
#include <string.h>

#include "base/units.h"
#include "programs/dint/help.h"
#include "programs/dint/options.h"

static enum verb_kind argument_kind(const struct verb *verb)
{
	return verb->arguments[0].name ? verb->arguments[0].kind : KIND_WORD;
}

/* The word that `dint help --names` takes for a kind; NULL: nothing to ask. */
static const char *names_word(enum verb_kind kind)
{
	switch (kind) {
	case KIND_MACHINE:
		return "machines";
	case KIND_INCIDENT:
	case KIND_DUMP:
		return "incidents";
	case KIND_VERB:
		return "verbs";
	default:
		return NULL;
	}
}

static void put_verb_names(FILE *file)
{
	for (size_t i = 0; verbs[i]; i++)
		fprintf(file, "%s%s", i ? " " : "", verbs[i]->name);
}

static void put_option_names(const struct verb *verb, FILE *file)
{
	const struct verb_option *option;
	const char *separator = "";

	for (size_t i = 0; (option = options_at(verb, i)); i++) {
		if (!option->summary)
			continue;
		fprintf(file, "%s--%s", separator, option->name);
		separator = " ";
	}
}

/* What bash replies with for a kind. */
static void put_bash_reply(enum verb_kind kind, FILE *file)
{
	const char *names = names_word(kind);

	if (names)
		fprintf(file,
			"COMPREPLY=($(compgen -W \"$(dint help --names %s 2>/dev/null)\" -- "
			"\"$word\"))",
			names);
	if (kind == KIND_DUMP)
		fputs("; COMPREPLY+=($(compgen -f -- \"$word\"))", file);
	if (kind == KIND_FILE)
		fputs("COMPREPLY=($(compgen -f -- \"$word\"))", file);
	if (!names && kind != KIND_FILE)
		fputs("COMPREPLY=()", file);
}

static void put_bash_values(const struct verb *verb, FILE *file)
{
	const struct verb_option *option;

	for (size_t i = 0; (option = options_at(verb, i)); i++) {
		if (!option->value || !option->summary)
			continue;
		fprintf(file, "\t%s,--%s", verb->name, option->name);
		if (option->letter)
			fprintf(file, " | %s,-%c", verb->name, option->letter);
		fputs(") ", file);
		if (option->choices)
			fprintf(file, "COMPREPLY=($(compgen -W \"%s\" -- \"$word\"))",
				option->choices);
		else
			put_bash_reply(option->kind, file);
		fputs("; return ;;\n", file);
	}
}

static void write_bash(FILE *file)
{
	fputs("# bash completion for dint\n"
	      "_dint() {\n"
	      "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} "
	      "verb=${COMP_WORDS[1]}\n"
	      "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
	      "\t\tCOMPREPLY=($(compgen -W \"",
	      file);
	put_verb_names(file);
	fputs(" --help --version\" -- \"$word\"))\n\t\treturn\n\tfi\n\tcase $verb,$before in\n",
	      file);
	for (size_t i = 0; verbs[i]; i++)
		put_bash_values(verbs[i], file);
	fputs("\tesac\n\tcase $verb,$word in\n", file);
	for (size_t i = 0; verbs[i]; i++) {
		fprintf(file, "\t%s,-*) COMPREPLY=($(compgen -W \"", verbs[i]->name);
		put_option_names(verbs[i], file);
		fprintf(file, "\" -- \"$word\")) ;;\n\t%s,*) ", verbs[i]->name);
		put_bash_reply(argument_kind(verbs[i]), file);
		fputs(" ;;\n", file);
	}
	fputs("\tesac\n}\ncomplete -o filenames -F _dint dint\n", file);
}

/* Text inside a shell's single quotes, where zsh's _arguments wants its brackets and colons so. */
static void put_quoted(const char *text, const char *special, FILE *file)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", file);
		else if (strchr(special, *text))
			fprintf(file, "\\%c", *text);
		else
			fputc(*text, file);
	}
}

static void put_zsh_action(enum verb_kind kind, const char *choices, FILE *file)
{
	const char *names = names_word(kind);

	if (choices)
		fprintf(file, "(%s)", choices);
	else if (kind == KIND_FILE)
		fputs("_files", file);
	else if (kind == KIND_DUMP)
		fputs("_dint_dump", file);
	else if (names)
		fprintf(file, "_dint_%s", names);
}

static void put_zsh_verb(const struct verb *verb, FILE *file)
{
	const struct verb_option *option;

	fprintf(file, "\t%s) _arguments", verb->name);
	for (size_t i = 0; (option = options_at(verb, i)); i++) {
		if (!option->summary)
			continue;
		fprintf(file, " \\\n\t\t'--%s[", option->name);
		put_quoted(option->summary, "[]:\\", file);
		fputc(']', file);
		if (option->value) {
			fprintf(file, ":%s:", option->value);
			put_zsh_action(option->kind, option->choices, file);
		}
		fputc('\'', file);
	}
	if (verb->arguments[0].name) {
		fprintf(file, " \\\n\t\t'1:%s:", verb->arguments[0].name);
		put_zsh_action(verb->arguments[0].kind, NULL, file);
		fputc('\'', file);
	}
	fputs(" ;;\n", file);
}

static void write_zsh(FILE *file)
{
	static const char *const asked[] = {"machines", "incidents", "verbs"};

	fputs("#compdef dint\n", file);
	for (size_t i = 0; i < ARRAY_SIZE(asked); i++)
		fprintf(file,
			"_dint_%s() { compadd -- ${(f)\"$(dint help --names %s 2>/dev/null)\"} }\n",
			asked[i], asked[i]);
	fputs("_dint_dump() { _dint_incidents; _files }\n"
	      "_dint() {\n\tlocal -a verbs\n\tverbs=(\n",
	      file);
	for (size_t i = 0; verbs[i]; i++) {
		fprintf(file, "\t\t'%s:", verbs[i]->name);
		put_quoted(verbs[i]->summary, "", file);
		fputs("'\n", file);
	}
	fputs("\t)\n\tif (( CURRENT == 2 )); then\n\t\t_describe verb verbs\n\t\treturn\n\tfi\n"
	      "\tlocal verb=$words[2]\n\tshift words\n\t(( CURRENT-- ))\n\tcase $verb in\n",
	      file);
	for (size_t i = 0; verbs[i]; i++)
		put_zsh_verb(verbs[i], file);
	fputs("\tesac\n}\n_dint \"$@\"\n", file);
}

static void put_fish_option(const struct verb *verb, const struct verb_option *option, FILE *file)
{
	const char *names = names_word(option->kind);

	fprintf(file, "complete -c dint -n '__fish_seen_subcommand_from %s' -l %s", verb->name,
		option->name);
	if (option->letter)
		fprintf(file, " -s %c", option->letter);
	fputs(" -d '", file);
	for (const char *at = option->summary; *at; at++)
		fprintf(file, strchr("\\'", *at) ? "\\%c" : "%c", *at);
	fputc('\'', file);
	if (option->value)
		fputs(option->kind == KIND_FILE ? " -r -F" : " -x", file);
	if (option->choices)
		fprintf(file, " -a '%s'", option->choices);
	else if (names)
		fprintf(file, " -a '(dint help --names %s 2>/dev/null)'", names);
	fputc('\n', file);
}

static void write_fish(FILE *file)
{
	const struct verb_option *option;

	fputs("# fish completion for dint\n", file);
	for (size_t i = 0; verbs[i]; i++) {
		const char *names = names_word(argument_kind(verbs[i]));

		fprintf(file, "complete -c dint -n __fish_use_subcommand -x -a %s -d '",
			verbs[i]->name);
		for (const char *at = verbs[i]->summary; *at; at++)
			fprintf(file, strchr("\\'", *at) ? "\\%c" : "%c", *at);
		fputs("'\n", file);
		if (names)
			fprintf(file,
				"complete -c dint -n '__fish_seen_subcommand_from %s' %s -a "
				"'(dint help --names %s 2>/dev/null)'\n",
				verbs[i]->name, argument_kind(verbs[i]) == KIND_DUMP ? "-F" : "-f",
				names);
		for (size_t n = 0; (option = options_at(verbs[i], n)); n++)
			if (option->summary)
				put_fish_option(verbs[i], option, file);
	}
}

bool completion_write(const char *shell, FILE *file, struct dint_error *err)
{
	static const struct {
		const char *shell;
		void (*write)(FILE *file);
	} shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};

	for (size_t i = 0; i < ARRAY_SIZE(shells); i++)
		if (!strcmp(shells[i].shell, shell)) {
			shells[i].write(file);
			return true;
		}
	return dint_fail(err, DINT_BAD_REQUEST, "no completion for '%.40s': bash, zsh or fish",
			 shell);
}
