/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading filters, and the wildcards. */
#include "ec2/filters.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

static const struct parameter members[] = {
	{.name = "Name"},
	{.name = "Value", .list = true},
	{0},
};

const struct parameter filter_parameters[] = {
	{.name = "Filter", .list = true, .members = members},
	{0},
};

static const struct filter_kind *find(const struct filter_kind *kinds, const char *name,
				      const char **rest)
{
	for (; kinds->name; kinds++) {
		size_t length = strlen(kinds->name);
		bool open = kinds->name[length - 1] == ':';

		*rest = open ? name + length : "";
		if (open ? !strncmp(kinds->name, name, length) && name[length]
			 : !strcmp(kinds->name, name))
			return kinds;
	}
	return NULL;
}

static bool read_one(const struct value *value, size_t n, const struct filter_kind *kinds,
		     struct filter *filter, struct fault *fault)
{
	const char *name = NULL;

	filter->values = xcalloc(n, sizeof(*filter->values));
	for (size_t i = 0; i < n; i++)
		if (!strcmp(value[i].member->name, "Name"))
			name = value[i].text;
		else
			filter->values[filter->count++] = value[i].text;
	if (!name)
		return fault_fail(fault, FAULT_MISSING_PARAMETER,
				  "The request must contain the parameter Filter.%u.Name",
				  value->index);
	filter->kind = find(kinds, name, &filter->rest);
	if (!filter->kind)
		return fault_fail(fault, FAULT_INVALID_VALUE, "The filter '%.100s' is invalid",
				  name);
	if (!filter->count)
		return fault_fail(fault, FAULT_INVALID_VALUE,
				  "The filter '%.100s' has no value (Filter.%u.Value.1)", name,
				  value->index);
	if (filter->count > FILTER_VALUES_MAX)
		return fault_fail(fault, FAULT_FILTER_LIMIT,
				  "The filter '%.100s' has %zu values; the most is %d", name,
				  filter->count, FILTER_VALUES_MAX);
	return true;
}

bool filters_read(const struct values *values, const struct filter_kind *kinds, struct filters *out,
		  struct fault *fault)
{
	CLEANUP(filters_done) struct filters filters = {0};
	const struct value *value;
	size_t at = 0, n;

	while ((value = values_next(values, "Filter", &at, &n))) {
		struct filter *filter;

		if (filters.count == FILTERS_MAX)
			return fault_fail(fault, FAULT_FILTER_LIMIT,
					  "There are more than %d filters", FILTERS_MAX);
		filters.items = xgrow(filters.items, filters.count, sizeof(*filters.items));
		filter = &filters.items[filters.count++];
		*filter = (struct filter){0};
		if (!read_one(value, n, kinds, filter, fault))
			return false;
	}
	*out = TAKE(filters);
	return true;
}

void filters_done(struct filters *filters)
{
	for (size_t i = 0; i < filters->count; i++)
		free(filters->items[i].values);
	free(filters->items);
	memset(filters, 0, sizeof(*filters));
}

/* One character of the pattern against one of the text; *length is the pattern's, in bytes. A
 * character of several bytes is matched byte by byte, but for '?', which takes it whole. */
static bool char_matches(const char *pattern, char c, size_t *length)
{
	if (pattern[0] == '\\' && pattern[1]) {
		*length = 2;
		return pattern[1] == c;
	}
	*length = 1;
	return pattern[0] == '?' || pattern[0] == c;
}

static size_t character_size(const char *text)
{
	size_t size = 1;

	while (((unsigned char)text[size] & 0xc0) == 0x80)
		size++;
	return size;
}

/* On a mismatch the last '*' takes one more byte, and no other: earlier ones need not. */
bool filter_text_matches(const char *pattern, const char *text)
{
	const char *star = NULL, *retry = NULL;
	size_t length;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			retry = text;
		} else if (*pattern && char_matches(pattern, *text, &length)) {
			text += *pattern == '?' ? character_size(text) : 1;
			pattern += length;
		} else if (star) {
			pattern = star;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static bool filter_matches(const struct filter *filter, const void *thing)
{
	char scratch[FILTER_SCRATCH];
	const char *value;

	if (!filter->kind->value)
		return false;
	for (size_t n = 0; (value = filter->kind->value(thing, filter->rest, n, scratch)); n++)
		for (size_t i = 0; i < filter->count; i++)
			if (filter_text_matches(filter->values[i], value))
				return true;
	return false;
}

bool filters_match(const struct filters *filters, const void *thing)
{
	for (size_t i = 0; i < filters->count; i++)
		if (!filter_matches(&filters->items[i], thing))
			return false;
	return true;
}
