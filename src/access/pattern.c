/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compiled once to codes; variables are put in when a call is judged; matched in one pass. */
#include "access/pattern_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"

/* Beyond Unicode: what stands for others, and bytes that are no character. */
enum {
	CODE_ANY = 0x200000, /* any number of characters */
	CODE_ANY_IN_PART,    /* … but no ':' */
	CODE_ONE,
	CODE_ONE_IN_PART,
	CODE_BYTE = 0x300000,	  /* + the byte */
	CODE_VARIABLE = 0x400000, /* + its index */
};

#define ARN_COLONS 5

struct codes {
	uint32_t *items;
	size_t count, room;
};

struct variable {
	char *key;
	char *otherwise; /* NULL: none */
};

struct pattern {
	unsigned form;
	struct codes codes;
	struct variable *variables;
	size_t variable_count;
};

static void codes_done(struct codes *codes)
{
	free(codes->items);
}

static void codes_add(struct codes *codes, uint32_t code)
{
	if (codes->count == codes->room) {
		codes->room = codes->room ? 2 * codes->room : 32;
		codes->items = xrealloc(codes->items, codes->room * sizeof(*codes->items));
	}
	codes->items[codes->count++] = code;
}

/* The character at the front of n bytes (n > 0), and how long it is. */
static uint32_t next_code(const char *text, size_t n, size_t *length, bool fold)
{
	static const uint8_t bits[5] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	const uint8_t *bytes = (const uint8_t *)text;
	uint32_t code;

	*length = text_utf8(bytes, n);
	if (!*length) {
		*length = 1;
		return CODE_BYTE + bytes[0];
	}
	code = bytes[0] & bits[*length];
	for (size_t i = 1; i < *length; i++)
		code = code << 6 | (bytes[i] & 0x3f);
	return fold && code >= 'A' && code <= 'Z' ? code + 32 : code;
}

static void add_text(struct codes *codes, const char *text, size_t n, bool fold)
{
	for (size_t at = 0, length; at < n; at += length)
		codes_add(codes, next_code(text + at, n - at, &length, fold));
}

/* ---- reading ---- */

static void add_variable(struct pattern *pattern, const char *key, size_t n, const char *otherwise,
			 size_t otherwise_size)
{
	pattern->variables =
		xgrow(pattern->variables, pattern->variable_count, sizeof(*pattern->variables));
	pattern->variables[pattern->variable_count] = (struct variable){
		xstrndup(key, n), otherwise ? xstrndup(otherwise, otherwise_size) : NULL};
	codes_add(&pattern->codes, CODE_VARIABLE + (uint32_t)pattern->variable_count++);
}

/* What is between the braces: a character that stands for itself, or key, or key, 'otherwise'. */
static bool read_variable(const char *inner, size_t n, struct pattern *pattern,
			  struct dint_error *err)
{
	const char *comma = memchr(inner, ',', n);
	size_t key = comma ? (size_t)(comma - inner) : n;
	const char *otherwise;

	if (n == 1 && strchr("*?$", *inner)) {
		codes_add(&pattern->codes, (uint32_t)*inner);
		return true;
	}
	while (key && inner[key - 1] == ' ')
		key--;
	if (!key || memchr(inner, ' ', key) || !memchr(inner, ':', key))
		return dint_fail(err, DINT_BAD_REQUEST, "'${%.*s}' is not a variable",
				 (int)(n < 60 ? n : 60), inner);
	if (!comma) {
		add_variable(pattern, inner, key, NULL, 0);
		return true;
	}
	otherwise = comma + 1 + strspn(comma + 1, " ");
	if (inner + n - otherwise < 2 || *otherwise != '\'' || inner[n - 1] != '\'')
		return dint_fail(err, DINT_BAD_REQUEST,
				 "'${%.*s}': what holds otherwise stands in single quotes",
				 (int)(n < 60 ? n : 60), inner);
	add_variable(pattern, inner, key, otherwise + 1, (size_t)(inner + n - otherwise) - 2);
	return true;
}

/* The wildcard's reach; rest is what follows it. */
static uint32_t wildcard(const struct pattern *pattern, char c, const char *rest, unsigned colons)
{
	bool beyond = !(pattern->form & (PATTERN_RESOURCE | PATTERN_ARN));

	if (pattern->form & PATTERN_ARN)
		beyond = colons >= ARN_COLONS;
	if (pattern->form & PATTERN_RESOURCE)
		beyond = c == '*' ? !*rest || *rest == ':' : colons >= ARN_COLONS;
	if (c == '*')
		return beyond ? CODE_ANY : CODE_ANY_IN_PART;
	return beyond ? CODE_ONE : CODE_ONE_IN_PART;
}

static bool read_pattern(const char *text, struct pattern *pattern, struct dint_error *err)
{
	bool fold = pattern->form & PATTERN_FOLD;
	unsigned colons = 0;
	size_t length;

	for (const char *at = text; *at; at += length) {
		length = 1;
		if ((pattern->form & PATTERN_VARIABLES) && at[0] == '$' && at[1] == '{') {
			const char *end = strchr(at, '}');

			if (!end)
				return dint_fail(err, DINT_BAD_REQUEST,
						 "the variable at '%.40s' has no end", at);
			if (!read_variable(at + 2, (size_t)(end - at) - 2, pattern, err))
				return false;
			length = (size_t)(end - at) + 1;
		} else if ((pattern->form & PATTERN_WILDCARDS) && (*at == '*' || *at == '?')) {
			codes_add(&pattern->codes, wildcard(pattern, *at, at + 1, colons));
		} else {
			colons += *at == ':';
			codes_add(&pattern->codes, next_code(at, strlen(at), &length, fold));
		}
	}
	return true;
}

static unsigned count_colons(const struct codes *codes)
{
	unsigned colons = 0;

	for (size_t i = 0; i < codes->count; i++)
		colons += codes->items[i] == ':';
	return colons;
}

static bool check_arn(const char *text, struct pattern *pattern, struct dint_error *err)
{
	if (!strcmp(text, "*")) {
		pattern->codes.items[0] = CODE_ANY;
		return true;
	}
	if (pattern->variable_count || count_colons(&pattern->codes) >= ARN_COLONS)
		return true;
	return dint_fail(err, DINT_BAD_REQUEST,
			 "'%.60s' is not an ARN: it has six parts, with ':' "
			 "between",
			 text);
}

DEFINE_CLEANUP(pattern_free, struct pattern *)

bool pattern_new(const char *text, unsigned form, struct pattern **pattern, struct dint_error *err)
{
	CLEANUP(pattern_free_ptr) struct pattern *made = xcalloc(1, sizeof(*made));

	made->form = form;
	if (!read_pattern(text, made, err) || ((form & PATTERN_ARN) && !check_arn(text, made, err)))
		return false;
	*pattern = TAKE(made);
	return true;
}

void pattern_free(struct pattern *pattern)
{
	if (!pattern)
		return;
	for (size_t i = 0; i < pattern->variable_count; i++) {
		free(pattern->variables[i].key);
		free(pattern->variables[i].otherwise);
	}
	free(pattern->variables);
	free(pattern->codes.items);
	free(pattern);
}

/* ---- matching ---- */

static bool resolve(const struct pattern *pattern, const struct context *context, struct codes *out)
{
	bool fold = pattern->form & PATTERN_FOLD;

	for (size_t i = 0; i < pattern->codes.count; i++) {
		uint32_t code = pattern->codes.items[i];
		const struct variable *variable;
		struct context_values found;

		if (code < CODE_VARIABLE) {
			codes_add(out, code);
			continue;
		}
		variable = &pattern->variables[code - CODE_VARIABLE];
		context_find(context, variable->key, &found);
		if (found.count == 1)
			add_text(out, found.values[0], strlen(found.values[0]), fold);
		else if (!found.count && variable->otherwise)
			add_text(out, variable->otherwise, strlen(variable->otherwise), fold);
		else
			return false;
	}
	return !(pattern->form & PATTERN_ARN) || count_colons(out) >= ARN_COLONS;
}

static bool may_be_empty(uint32_t code)
{
	return code == CODE_ANY || code == CODE_ANY_IN_PART;
}

static bool takes(uint32_t code, uint32_t character)
{
	switch (code) {
	case CODE_ANY:
	case CODE_ONE:
		return true;
	case CODE_ANY_IN_PART:
	case CODE_ONE_IN_PART:
		return character != ':';
	default:
		return code == character;
	}
}

/* Marks a place as reached, and those that can be reached from it without a character. */
static void reach(const struct codes *codes, bool *places, size_t place)
{
	while (!places[place]) {
		places[place] = true;
		if (place == codes->count || !may_be_empty(codes->items[place]))
			return;
		place++;
	}
}

/* All ways at once: places are those in the pattern that the text so far may have led to. */
static bool match_from(const struct codes *codes, const char *text, size_t n, bool fold)
{
	CLEANUP(free_ptr) bool *places = xcalloc(codes->count + 1, sizeof(*places));
	CLEANUP(free_ptr) bool *next = xcalloc(codes->count + 1, sizeof(*next));

	reach(codes, places, 0);
	for (size_t at = 0, length; at < n; at += length) {
		uint32_t character = next_code(text + at, n - at, &length, fold);
		bool *swap = places;

		memset(next, 0, codes->count + 1);
		for (size_t i = 0; i < codes->count; i++)
			if (places[i] && takes(codes->items[i], character))
				reach(codes, next, may_be_empty(codes->items[i]) ? i : i + 1);
		places = next;
		next = swap;
	}
	return places[codes->count];
}

/* What stands for itself at the front is compared first: most patterns end there. */
static bool match_codes(const struct codes *codes, const char *text, bool fold)
{
	struct codes rest = *codes;
	size_t n = strlen(text);

	while (rest.count && rest.items[0] < CODE_ANY && n) {
		size_t length;

		if (next_code(text, n, &length, fold) != rest.items[0])
			return false;
		text += length;
		n -= length;
		rest.items++;
		rest.count--;
	}
	if (!rest.count)
		return !n;
	if (rest.count == 1 && rest.items[0] == CODE_ANY)
		return true;
	return match_from(&rest, text, n, fold);
}

enum pattern_match pattern_match(const struct pattern *pattern, const struct context *context,
				 const char *text)
{
	CLEANUP(codes_done) struct codes resolved = {0};
	bool fold = pattern->form & PATTERN_FOLD;

	if (!pattern->variable_count)
		return match_codes(&pattern->codes, text, fold) ? PATTERN_YES : PATTERN_NO;
	if (!resolve(pattern, context, &resolved))
		return PATTERN_UNRESOLVED;
	return match_codes(&resolved, text, fold) ? PATTERN_YES : PATTERN_NO;
}
