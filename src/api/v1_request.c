/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GET /v1/incidents/{id}?after=3 : {"id": …, "after": 3} */
#include "api/v1_request.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "http/uri.h"
#include "json/json.h"

/* ---- the operation ---- */

/* One piece of a path: [from, from + length), and what is behind it. */
struct piece {
	const char *from;
	size_t length;
};

static bool next_piece(const char **path, struct piece *piece)
{
	if (**path != '/')
		return false;
	piece->from = *path + 1;
	piece->length = strcspn(piece->from, "/");
	*path = piece->from + piece->length;
	return true;
}

static bool is_argument(const struct piece *piece)
{
	return piece->length && *piece->from == '{';
}

static bool has_path(const struct api_operation *operation, const char *path)
{
	const char *pattern = operation->path;
	struct piece want, have;

	while (next_piece(&pattern, &want)) {
		if (!next_piece(&path, &have) || !have.length)
			return false;
		if (is_argument(&want))
			continue;
		if (want.length != have.length || strncmp(want.from, have.from, want.length) != 0)
			return false;
	}
	return !*path;
}

const struct api_operation *v1_find(const char *method, const char *path,
				    const struct api_operation **other)
{
	*other = NULL;
	path += strlen(V1_PREFIX);
	if (!strcmp(method, "HEAD"))
		method = "GET";
	for (const struct api_operation *const *at = api_operations; *at; at++) {
		if (!has_path(*at, path))
			continue;
		if (!strcmp((*at)->method, method))
			return *at;
		*other = *at;
	}
	return NULL;
}

/* ---- its arguments ---- */

static const struct api_argument *find_argument(const struct api_operation *operation,
						const char *name)
{
	for (const struct api_argument *a = operation->arguments; a->name; a++)
		if (!strcmp(a->name, name))
			return a;
	return NULL;
}

static bool put(json_t *args, const char *name, json_t *value, struct dint_error *err)
{
	if (json_object_get(args, name)) {
		json_decref(value);
		return dint_fail(err, DINT_BAD_REQUEST, "%.40s: given twice", name);
	}
	json_object_set_new(args, name, value);
	return true;
}

/* Text to what the argument's record wants. */
static bool put_text(const struct api_operation *operation, json_t *args, const char *name,
		     const char *text, struct dint_error *err)
{
	const struct api_argument *argument = find_argument(operation, name);
	uint64_t number;

	if (!argument)
		return dint_fail(err, DINT_BAD_REQUEST, "no argument '%.40s'", name);
	switch (argument->kind) {
	case API_STRING:
		return put(args, name, json_string(text), err);
	case API_NUMBER:
		if (!text_number(text, &number, err))
			return dint_within(err, "%s", name);
		if (number > INT64_MAX)
			return dint_fail(err, DINT_BAD_REQUEST, "%s: larger than any", name);
		return put(args, name, json_integer((json_int_t)number), err);
	case API_BOOL:
		if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
			return dint_fail(err, DINT_BAD_REQUEST, "%s: true or false belongs here",
					 name);
		return put(args, name, json_boolean(*text == 't'), err);
	}
	return false;
}

static bool take_path(const struct api_operation *operation, const char *path, json_t *args,
		      struct dint_error *err)
{
	const char *pattern = operation->path;
	struct piece want, have;

	while (next_piece(&pattern, &want) && next_piece(&path, &have)) {
		CLEANUP(buffer_done) struct buffer text = {0};
		char name[32];

		if (!is_argument(&want))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)want.length - 2, want.from + 1);
		if (!uri_decode(have.from, have.length, &text, err))
			return dint_within(err, "%s", name);
		if (!put_text(operation, args, name, buffer_text(&text), err))
			return false;
	}
	return true;
}

/* What a presigned request carries for access/. */
static bool is_signature(const char *name)
{
	return !strncmp(name, "X-Amz-", 6);
}

static bool take_query(const struct api_operation *operation, const char *text, json_t *args,
		       struct dint_error *err)
{
	CLEANUP(uri_query_done) struct uri_query query = {.at = text};

	while (uri_query_next(&query, err))
		if (!is_signature(query.name) &&
		    !put_text(operation, args, query.name, query.value, err))
			return false;
	return err->code == DINT_OK ? true : dint_within(err, "the query");
}

static bool take_body(const struct http_request *request, json_t *args, struct dint_error *err)
{
	CLEANUP(json_decref_ptr) json_t *body = NULL;
	const char *name;
	json_t *value;

	if (!request->body_size)
		return true;
	if (!json_parse_limited(request->body, request->body_size, HTTP_BODY_BYTES, &body, err))
		return dint_within(err, "the body");
	if (!json_is_object(body))
		return dint_fail(err, DINT_BAD_REQUEST, "the body: an object belongs here");
	json_object_foreach (body, name, value)
		if (!put(args, name, json_incref(value), err))
			return false;
	return true;
}

bool v1_arguments(const struct api_operation *operation, const struct http_request *request,
		  json_t **out, struct dint_error *err)
{
	CLEANUP(json_decref_ptr) json_t *args = json_object();
	bool by_query = !strcmp(operation->method, "GET") || !strcmp(operation->method, "DELETE");

	if (!take_path(operation, request->path + strlen(V1_PREFIX), args, err))
		return false;
	if (by_query && request->body_size)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "the body: %s takes its arguments in the query",
				 operation->method);
	if (!take_query(operation, request->query, args, err))
		return false;
	if (!by_query && !take_body(request, args, err))
		return false;
	*out = TAKE(args);
	return true;
}
