/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --name, --name=VALUE, --name VALUE, -n, -nVALUE, -n VALUE; "--" ends the options. */
#include "programs/dint/options.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

#define NAME_MAX_BYTES 24 /* longer words resemble nothing of ours */
#define NAMES_MAX      32

const struct verb_option options_common[VERB_COMMON] = {
	{.name = "socket",
	 .value = "PATH",
	 .summary = "dintd's socket, in place of $DINT_SOCKET or " SOCKET_DEFAULT,
	 .kind = KIND_FILE},
	{.name = "help", .letter = 'h', .summary = "says this"},
	{.name = "part",
	 .value = "FILE",
	 .summary = "a further part of a dump that makedumpfile --split wrote; once for each",
	 .kind = KIND_FILE},
	{.name = "debuginfo",
	 .value = "VMLINUX",
	 .summary = "the kernel with its debug symbols: stacks then have source lines and inlined "
		    "functions",
	 .kind = KIND_FILE},
};

#define OPTION_PART	 (&options_common[2])
#define OPTION_DEBUGINFO (&options_common[3])

bool options_is_common(const struct verb_option *option)
{
	for (size_t i = 0; i < VERB_COMMON; i++)
		if (option == &options_common[i])
			return true;
	return false;
}

const struct verb_option *options_at(const struct verb *verb, size_t n)
{
	size_t own = 0;

	while (own < VERB_OPTIONS_MAX && verb->options[own].name)
		own++;
	if (n < own)
		return &verb->options[n];
	return n - own < (size_t)(VERB_COMMON - (verb->about_dump ? 0 : VERB_COMMON_DUMPS))
		       ? &options_common[n - own]
		       : NULL;
}

const char *options_value(const struct call *call, const char *name)
{
	const struct verb_option *option;

	for (size_t i = 0; (option = options_at(call->verb, i)); i++)
		if (!strcmp(option->name, name))
			return call->values[i];
	assert(!"an option that the verb's record does not have");
	return NULL;
}

bool options_given(const struct call *call, const char *name)
{
	return options_value(call, name) != NULL;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters one must change, add or drop (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_BYTES + 1], length = strlen(b);

	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			size_t change = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			row[j] = least(change, least(row[j], row[j - 1]) + 1);
		}
	}
	return row[length];
}

const char *options_nearest(const char *word, const char *const *names)
{
	const char *nearest = NULL;
	size_t best = 3, length = strlen(word);

	if (length > NAME_MAX_BYTES || length < 2)
		return NULL;
	for (size_t i = 0; names[i]; i++) {
		size_t far = !strncmp(names[i], word, length) ? 1 : distance(word, names[i]);

		if (far < best && far < length) {
			best = far;
			nearest = names[i];
		}
	}
	return nearest;
}

const char *options_nearest_verb(const char *word)
{
	const char *names[NAMES_MAX + 1] = {0};

	for (size_t i = 0; i < NAMES_MAX && verbs[i]; i++)
		names[i] = verbs[i]->name;
	return options_nearest(word, names);
}

static bool unknown_option(const struct verb *verb, const char *word, struct dint_error *err)
{
	const char *names[VERB_OPTIONS_MAX + VERB_COMMON + 1] = {0}, *nearest = NULL;
	const struct verb_option *option;
	size_t n = 0;

	for (size_t i = 0; (option = options_at(verb, i)); i++)
		if (option->summary)
			names[n++] = option->name;
	if (!strncmp(word, "--", 2))
		nearest = options_nearest(word + 2, names);
	if (nearest)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "no such option: '%.60s' (did you mean --%s?)", word, nearest);
	return dint_fail(err, DINT_BAD_REQUEST, "no such option: '%.60s'", word);
}

/* Finds the option that a word names, and where in the word its value starts (NULL: it does not).
 */
static const struct verb_option *option_of(const struct verb *verb, const char *word, size_t *index,
					   const char **value)
{
	bool is_long = word[1] == '-';
	size_t length = is_long ? strcspn(word + 2, "=") : 1;
	const struct verb_option *option;

	*value = NULL;
	for (*index = 0; (option = options_at(verb, *index)); ++*index) {
		if (is_long && strlen(option->name) == length &&
		    !strncmp(option->name, word + 2, length)) {
			if (word[2 + length])
				*value = word + 2 + length + 1;
			return option;
		}
		if (!is_long && option->letter == word[1]) {
			if (word[2])
				*value = word + 2;
			return option;
		}
	}
	return NULL;
}

static bool is_choice(const char *choices, const char *word)
{
	size_t length = strlen(word);

	if (strchr(word, ' '))
		return false;
	for (const char *at = choices; length && (at = strstr(at, word)); at++)
		if ((at == choices || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return true;
	return false;
}

static bool take_part(struct call *call, const char *path, struct dint_error *err)
{
	size_t n = 0;

	while (call->parts[n])
		n++;
	if (n == VERB_PARTS_MAX)
		return dint_fail(err, DINT_BAD_REQUEST, "--part: more than %d", VERB_PARTS_MAX);
	call->parts[n] = path;
	return true;
}

/* Takes the option at argv[*at], and the next word where that is its value. */
static bool take_option(const struct verb *verb, int argc, char **argv, int *at, struct call *call,
			struct dint_error *err)
{
	const char *word = argv[*at], *value;
	size_t index;
	const struct verb_option *option = option_of(verb, word, &index, &value);

	if (!option)
		return unknown_option(verb, word, err);
	if (!option->value && value)
		return dint_fail(err, DINT_BAD_REQUEST, "--%s takes no value: '%.60s'",
				 option->name, word);
	if (option->value && !value) {
		if (*at + 1 >= argc)
			return dint_fail(err, DINT_BAD_REQUEST, "--%s needs a value: %s",
					 option->name, option->value);
		value = argv[++*at];
	}
	if (option->choices && !is_choice(option->choices, value))
		return dint_fail(err, DINT_BAD_REQUEST, "--%s: '%.40s' is none of: %s",
				 option->name, value, option->choices);
	call->values[index] = value ? value : "";
	if (option == OPTION_DEBUGINFO)
		call->debuginfo = value;
	return option != OPTION_PART || take_part(call, value, err);
}

/* The argument that the n-th word is; NULL: there is none. */
static const struct verb_argument *argument_at(const struct verb *verb, size_t n)
{
	for (size_t i = 0; i < VERB_ARGUMENTS_MAX && verb->arguments[i].name; i++)
		if (i == n || verb->arguments[i].repeats)
			return &verb->arguments[i];
	return NULL;
}

static bool take_argument(const struct verb *verb, const char *word, size_t *n, struct call *call,
			  struct dint_error *err)
{
	const struct verb_argument *argument = argument_at(verb, *n);

	if (*n >= VERB_WORDS_MAX || !argument)
		return dint_fail(err, DINT_BAD_REQUEST, "one word too many: '%.60s'", word);
	if (!*word)
		return dint_fail(err, DINT_BAD_REQUEST, "%s is empty", argument->name);
	call->arguments[(*n)++] = word;
	return true;
}

static void call_init(const struct verb *verb, struct call *call)
{
	const char *socket = getenv("DINT_SOCKET");

	memset(call, 0, sizeof(*call));
	call->verb = verb;
	call->socket = socket && *socket ? socket : SOCKET_DEFAULT;
}

static void call_end(struct call *call)
{
	if (options_given(call, "socket"))
		call->socket = options_value(call, "socket");
}

bool options_parse(const struct verb *verb, int argc, char **argv, struct call *call,
		   struct dint_error *err)
{
	const struct verb_argument *next;
	bool options_over = false;
	size_t n = 0;

	call_init(verb, call);
	for (int i = 0; i < argc; i++) {
		if (!options_over && !strcmp(argv[i], "--")) {
			options_over = true;
		} else if (!options_over && argv[i][0] == '-' && argv[i][1]) {
			if (!take_option(verb, argc, argv, &i, call, err))
				return false;
		} else if (!take_argument(verb, argv[i], &n, call, err)) {
			return false;
		}
	}
	call_end(call);
	next = n < VERB_ARGUMENTS_MAX ? argument_at(verb, n) : NULL;
	if (!options_given(call, "help") && next && next == &verb->arguments[n] && !next->optional)
		return dint_fail(err, DINT_BAD_REQUEST, "%s is missing: %s", next->name,
				 next->summary);
	return true;
}

bool options_parse_leading(const struct verb *verb, int argc, char **argv, int *used,
			   struct call *call, struct dint_error *err)
{
	call_init(verb, call);
	for (*used = 0; *used < argc && argv[*used][0] == '-'; ++*used)
		if (!take_option(verb, argc, argv, used, call, err))
			return false;
	call_end(call);
	return true;
}
