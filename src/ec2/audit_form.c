/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names begin with a small letter; a list X is {"xSet": {"items": [{"x": …}]}}. */
#include "ec2/audit_form.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "json/writer.h"

#define NAME_SIZE 64

/* What CloudTrail calls by another name than its item's. */
static const struct {
	const char *name, *set;
} sets[] = {
	{"InstanceId", "instancesSet"},
	{"ResourceId", "resourcesSet"},
};

static void small(const char *name, const char *end, char to[NAME_SIZE])
{
	snprintf(to, NAME_SIZE, "%s%s", name, end);
	to[0] = (char)tolower((unsigned char)to[0]);
}

static void set_name(const char *name, char to[NAME_SIZE])
{
	small(name, "Set", to);
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if (!strcmp(name, sets[i].name))
			snprintf(to, NAME_SIZE, "%s", sets[i].set);
}

static void put_plain(struct json_writer *w, const struct parameter *p, const char *text)
{
	char key[NAME_SIZE];

	small(p->name, "", key);
	if (p->kind == PARAMETER_BOOL)
		json_put_bool(w, key, text[0] == 't' || text[0] == 'T');
	else
		json_put_string(w, key, text);
}

static void open_list(struct json_writer *w, const char *name)
{
	char key[NAME_SIZE];

	set_name(name, key);
	json_open_object(w, key);
	json_open_array(w, "items");
}

static void close_list(struct json_writer *w)
{
	json_close(w);
	json_close(w);
}

/* A list's plain items; how many values they were. */
static size_t put_items(struct json_writer *w, const struct parameter *p, const struct value *v,
			size_t n)
{
	size_t i = 0;

	open_list(w, p->name);
	for (; i < n && (v[i].member ? v[i].member : v[i].parameter) == p &&
	       (!v[i].member || v[i].index == v[0].index);
	     i++) {
		json_open_object(w, NULL);
		put_plain(w, p, v[i].text);
		json_close(w);
	}
	close_list(w);
	return i;
}

/* One structure: all values of one index. */
static size_t put_structure(struct json_writer *w, const struct value *v, size_t n)
{
	size_t i = 0;

	json_open_object(w, NULL);
	while (i < n && v[i].parameter == v[0].parameter && v[i].index == v[0].index) {
		if (v[i].member->list) {
			i += put_items(w, v[i].member, v + i, n - i);
		} else {
			put_plain(w, v[i].member, v[i].text);
			i++;
		}
	}
	json_close(w);
	return i;
}

static size_t put_structures(struct json_writer *w, const struct value *v, size_t n)
{
	size_t i = 0;

	open_list(w, v->parameter->name);
	while (i < n && v[i].parameter == v[0].parameter)
		i += put_structure(w, v + i, n - i);
	close_list(w);
	return i;
}

void audit_form_parameters(const struct values *values, struct buffer *to)
{
	struct json_writer w;
	struct dint_error ignored;

	json_writer_init(&w, to, -1);
	json_open_object(&w, NULL);
	for (size_t i = 0; i < values->count;) {
		const struct value *v = &values->items[i];

		if (v->member) {
			i += put_structures(&w, v, values->count - i);
		} else if (v->parameter->list) {
			i += put_items(&w, v->parameter, v, values->count - i);
		} else {
			put_plain(&w, v->parameter, v->text);
			i++;
		}
	}
	json_close(&w);
	json_writer_end(&w, &ignored);
}

void audit_form_response(const char *request_id, struct buffer *to)
{
	struct json_writer w;
	struct dint_error ignored;

	json_writer_init(&w, to, -1);
	json_open_object(&w, NULL);
	json_put_string(&w, "requestId", request_id);
	json_put_bool(&w, "_return", true);
	json_close(&w);
	json_writer_end(&w, &ignored);
}
