/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a flat name to its place in the record, then sorted into the record's order. */
#include "ec2/parameters.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"

/* ---- names ---- */

/* Cuts the next part of a dotted name off; its length, 0 at the end. */
static size_t next_part(const char **at, const char **part)
{
	size_t length = strcspn(*at, ".");

	*part = *at;
	*at += length + ((*at)[length] == '.');
	return length;
}

static const struct parameter *find(const struct parameter *table, const char *name, size_t length)
{
	for (; table && table->name; table++)
		if (strlen(table->name) == length && !memcmp(table->name, name, length))
			return table;
	return NULL;
}

static bool read_index(const char *part, size_t length, uint32_t *index)
{
	uint32_t n = 0;

	if (!length)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (part[i] < '0' || part[i] > '9')
			return false;
		n = n * 10 + (uint32_t)(part[i] - '0');
		if (n > PARAMETER_INDEX_MAX)
			return false;
	}
	*index = n;
	return n > 0;
}

/* The number behind a list's name; a bare "InstanceId" is its first item. */
static bool take_index(const struct parameter *p, const char **rest, uint32_t *index)
{
	const char *part;
	size_t length;

	if (!p->list)
		return true;
	*index = 1;
	if (!**rest)
		return !p->members;
	length = next_part(rest, &part);
	return read_index(part, length, index);
}

/* False: the record has no place of this name. */
static bool place(const struct parameter *const tables[], const char *name, struct value *value)
{
	const char *rest = name, *part;
	size_t length = next_part(&rest, &part);

	for (unsigned i = 0; tables[i] && !value->parameter; i++)
		value->parameter = find(tables[i], part, length);
	if (!value->parameter || !take_index(value->parameter, &rest, &value->index))
		return false;
	if (value->parameter->members) {
		length = next_part(&rest, &part);
		value->member = find(value->parameter->members, part, length);
		if (!value->member || !take_index(value->member, &rest, &value->member_index))
			return false;
	}
	return !*rest && name[strlen(name) - 1] != '.';
}

/* ---- values ---- */

static bool is_of_kind(const struct parameter *p, const char *text)
{
	struct dint_error ignored;
	uint64_t number;

	switch (p->kind) {
	case PARAMETER_BOOL:
		return !strcasecmp(text, "true") || !strcasecmp(text, "false");
	case PARAMETER_NUMBER:
		return text[0] >= '0' && text[0] <= '9' && strlen(text) < 10 &&
		       text[strspn(text, "0123456789")] == '\0' &&
		       text_number(text, &number, &ignored);
	case PARAMETER_TEXT:
		break;
	}
	return true;
}

static bool is_passed_over(const struct form_pair *pair)
{
	return !strcmp(pair->name, "Action") || !strcmp(pair->name, "Version") ||
	       (pair->in_query && !strncasecmp(pair->name, "X-Amz-", 6));
}

static bool add(const struct form_pair *pair, const struct parameter *const tables[],
		struct values *values, struct fault *fault)
{
	static const char *const kinds[] = {"a text", "true or false", "a whole number"};
	struct value value = {.text = pair->value};
	const struct parameter *leaf;

	if (!place(tables, pair->name, &value))
		return fault_fail(fault, FAULT_UNKNOWN_PARAMETER,
				  "The parameter %.100s is not recognized", pair->name);
	leaf = value.member ? value.member : value.parameter;
	if (!is_of_kind(leaf, pair->value))
		return fault_fail(fault, FAULT_INVALID_VALUE,
				  "Value (%.60s) for parameter %.100s is invalid. Expecting %s.",
				  pair->value, pair->name, kinds[leaf->kind]);
	values->items = xgrow(values->items, values->count, sizeof(value));
	values->items[values->count++] = value;
	return true;
}

static int by_place(const void *one, const void *other)
{
	const struct value *a = one, *b = other;

	if (a->parameter != b->parameter)
		return a->parameter < b->parameter ? -1 : 1;
	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	if (a->member != b->member)
		return a->member < b->member ? -1 : 1;
	return a->member_index < b->member_index ? -1 : a->member_index > b->member_index;
}

static bool none_twice(const struct values *values, struct fault *fault)
{
	for (size_t i = 1; i < values->count; i++) {
		const struct value *v = &values->items[i];

		if (!by_place(v - 1, v))
			return fault_fail(fault, FAULT_INVALID_VALUE,
					  "The parameter %s%s%s was given twice",
					  v->parameter->name, v->member ? "." : "",
					  v->member ? v->member->name : "");
	}
	return true;
}

static bool all_there(const struct values *values, const struct parameter *const tables[],
		      struct fault *fault)
{
	for (unsigned i = 0; tables[i]; i++)
		for (const struct parameter *p = tables[i]; p->name; p++)
			if (p->required && !values_count(values, p->name))
				return fault_fail(fault, FAULT_MISSING_PARAMETER,
						  "The request must contain the parameter %s",
						  p->name);
	return true;
}

bool values_read(const struct form *form, const struct parameter *const tables[],
		 struct values *out, struct fault *fault)
{
	CLEANUP(values_done) struct values values = {0};

	for (size_t i = 0; i < form->count; i++)
		if (!is_passed_over(&form->pairs[i]) &&
		    !add(&form->pairs[i], tables, &values, fault))
			return false;
	if (values.count)
		qsort(values.items, values.count, sizeof(struct value), by_place);
	if (!none_twice(&values, fault) || !all_there(&values, tables, fault))
		return false;
	*out = TAKE(values);
	return true;
}

void values_done(struct values *values)
{
	free(values->items);
	memset(values, 0, sizeof(*values));
}

/* ---- asking ---- */

static const struct value *first(const struct values *values, const char *name)
{
	for (size_t i = 0; i < values->count; i++)
		if (!strcmp(values->items[i].parameter->name, name))
			return &values->items[i];
	return NULL;
}

const char *values_text(const struct values *values, const char *name)
{
	const struct value *value = first(values, name);

	return value ? value->text : NULL;
}

bool values_bool(const struct values *values, const char *name)
{
	const char *text = values_text(values, name);

	return text && !strcasecmp(text, "true");
}

uint64_t values_number(const struct values *values, const char *name)
{
	const char *text = values_text(values, name);
	struct dint_error ignored;
	uint64_t number = 0;

	if (text)
		text_number(text, &number, &ignored);
	return number;
}

size_t values_count(const struct values *values, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < values->count; i++)
		count += !strcmp(values->items[i].parameter->name, name);
	return count;
}

const char *values_item(const struct values *values, const char *name, size_t n)
{
	const struct value *value = first(values, name);

	return value ? value[n].text : NULL;
}

const struct value *values_next(const struct values *values, const char *name, size_t *at,
				size_t *n)
{
	const struct value *value;

	while (*at < values->count && strcmp(values->items[*at].parameter->name, name))
		(*at)++;
	if (*at == values->count)
		return NULL;
	value = &values->items[*at];
	for (*n = 0; *at < values->count; (*at)++, (*n)++) {
		const struct value *other = &values->items[*at];

		if (other->parameter != value->parameter || other->index != value->index)
			break;
	}
	return value;
}
