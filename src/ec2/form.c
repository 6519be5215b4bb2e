/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splitting at '&' and '=', and decoding into one piece of memory that holds all texts. */
#include "ec2/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"

/* What is written where; texts only get shorter, so the room is known beforehand. */
struct decoder {
	struct form *form;
	char *to;
	bool in_query;
};

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_utf8(const char *text, size_t n)
{
	const uint8_t *at = (const uint8_t *)text;

	while (n) {
		size_t length = text_utf8(at, n);

		if (!length)
			return false;
		at += length;
		n -= length;
	}
	return true;
}

/* Writes the decoded text and its NUL; returns where it begins, NULL with err. */
static const char *decode(struct decoder *d, const uint8_t *from, size_t n, struct dint_error *err)
{
	char *start = d->to, *to = start;

	for (size_t i = 0; i < n; i++) {
		int c = from[i] == '+' ? ' ' : from[i];

		if (c == '%') {
			int high = n - i > 2 ? hex_digit(from[i + 1]) : -1;
			int low = n - i > 2 ? hex_digit(from[i + 2]) : -1;

			if (high < 0 || low < 0) {
				dint_error_set(err, DINT_BAD_REQUEST,
					       "a '%%' needs two hexadecimal digits behind it");
				return NULL;
			}
			c = high << 4 | low;
			i += 2;
		}
		if (!c) {
			dint_error_set(err, DINT_BAD_REQUEST, "there is a NUL in it");
			return NULL;
		}
		*to++ = (char)c;
	}
	if (!is_utf8(start, (size_t)(to - start))) {
		dint_error_set(err, DINT_BAD_REQUEST, "it is not UTF-8");
		return NULL;
	}
	*to++ = '\0';
	d->to = to;
	return start;
}

static bool add_pair(struct decoder *d, const uint8_t *from, size_t n, struct dint_error *err)
{
	struct form *form = d->form;
	const uint8_t *equals = memchr(from, '=', n);
	size_t name_size = equals ? (size_t)(equals - from) : n;
	size_t value_at = equals ? name_size + 1 : n;
	struct form_pair pair = {.in_query = d->in_query};

	if (form->count == FORM_PAIRS_MAX)
		return dint_fail(err, DINT_BAD_REQUEST, "more than %d parameters", FORM_PAIRS_MAX);
	pair.name = decode(d, from, name_size, err);
	if (!pair.name)
		return dint_within(err, "a parameter's name");
	pair.value = decode(d, from + value_at, n - value_at, err);
	if (!pair.value)
		return dint_within(err, "the value of %.60s", pair.name);
	form->pairs = xgrow(form->pairs, form->count, sizeof(pair));
	form->pairs[form->count++] = pair;
	return true;
}

static bool add_all(struct decoder *d, const uint8_t *from, size_t n, struct dint_error *err)
{
	while (n) {
		const uint8_t *end = memchr(from, '&', n);
		size_t size = end ? (size_t)(end - from) : n;

		if (size && !add_pair(d, from, size, err))
			return false;
		from += end ? size + 1 : size;
		n -= end ? size + 1 : size;
	}
	return true;
}

bool form_parse(const char *query, const void *body, size_t body_size, struct form *out,
		struct dint_error *err)
{
	CLEANUP(form_done) struct form form = {0};
	size_t query_size = strlen(query);
	/* a name and a value end in a NUL each, where '=' and '&' stood or the end was */
	size_t room = query_size + body_size + 4;
	struct decoder d = {.form = &form, .in_query = true};

	/* "a&b" has two NULs for each separator */
	form.text = xmalloc(2 * room);
	d.to = form.text;
	if (!add_all(&d, (const uint8_t *)query, query_size, err))
		return dint_within(err, "query string");
	d.in_query = false;
	if (body_size && !add_all(&d, body, body_size, err))
		return dint_within(err, "request body");
	*out = TAKE(form);
	return true;
}

void form_done(struct form *form)
{
	free(form->pairs);
	free(form->text);
	memset(form, 0, sizeof(*form));
}

const char *form_find(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (!strcmp(form->pairs[i].name, name))
			return form->pairs[i].value;
	return NULL;
}
