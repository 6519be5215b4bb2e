/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A path an operation's path, a schema a shape; nothing is said here that a record does not say. */
#include "api/openapi.h"

#include <ctype.h>
#include <string.h>

#include "api/api.h"
#include "api/shapes.h"
#include "base/cleanup.h"

/* ---- types ---- */

static json_t *reference(const char *kind, const char *name, size_t length)
{
	CLEANUP(buffer_done) struct buffer path = {0};

	buffer_printf(&path, "#/components/%s/%.*s", kind, (int)length, name);
	return json_pack("{s:s}", "$ref", buffer_text(&path));
}

static bool is(const char *type, size_t length, const char *name)
{
	return length == strlen(name) && !strncmp(type, name, length);
}

static json_t *plain_schema(const char *type, size_t length)
{
	if (is(type, length, "any"))
		return json_object();
	if (is(type, length, "time"))
		return json_pack("{s:s, s:s}", "type", "string", "format", "date-time");
	if (isupper((unsigned char)*type))
		return reference("schemas", type, length);
	return json_pack("{s:s%}", "type", type, length);
}

/* "string", "time?", "[]Check", "Readiness?" */
static json_t *schema(const char *type)
{
	size_t length = strlen(type);
	bool may_be_null = type[length - 1] == '?';

	if (may_be_null)
		return json_pack("{s:[o, {s:s}]}", "anyOf", plain_schema(type, length - 1), "type",
				 "null");
	if (!strncmp(type, "[]", 2))
		return json_pack("{s:s, s:o}", "type", "array", "items", schema(type + 2));
	return plain_schema(type, length);
}

static json_t *described(json_t *value, const char *summary)
{
	json_object_set_new(value, "description", json_string(summary));
	return value;
}

static json_t *shape_schema(const struct api_shape *shape)
{
	json_t *properties = json_object(), *required = json_array();

	for (const struct api_field *f = shape->fields; f->name; f++) {
		json_object_set_new(properties, f->name, described(schema(f->type), f->summary));
		json_array_append_new(required, json_string(f->name));
	}
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties,
			 "required", required, "additionalProperties", 0);
}

/* ---- arguments ---- */

static json_t *argument_schema(const struct api_argument *argument)
{
	switch (argument->kind) {
	case API_STRING:
		return json_pack("{s:s}", "type", "string");
	case API_NUMBER:
		return json_pack("{s:s, s:i}", "type", "integer", "minimum", 0);
	case API_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	}
	return NULL;
}

static bool is_in_path(const struct api_operation *operation, const char *name)
{
	CLEANUP(buffer_done) struct buffer piece = {0};

	buffer_printf(&piece, "{%s}", name);
	return strstr(operation->path, buffer_text(&piece));
}

static bool by_query(const struct api_operation *operation)
{
	return !strcmp(operation->method, "GET") || !strcmp(operation->method, "DELETE");
}

static json_t *parameters(const struct api_operation *operation)
{
	json_t *all = json_array();

	for (const struct api_argument *a = operation->arguments; a->name; a++) {
		bool in_path = is_in_path(operation, a->name);

		if (!in_path && !by_query(operation))
			continue;
		json_array_append_new(all, json_pack("{s:s, s:s, s:b, s:s, s:o}", "name", a->name,
						     "in", in_path ? "path" : "query", "required",
						     in_path || a->required, "description",
						     a->summary, "schema", argument_schema(a)));
	}
	if (!strcmp(operation->result, "bytes"))
		json_array_append_new(all, reference("parameters", "Range", 5));
	return all;
}

/* NULL where nothing goes into the body. */
static json_t *request_body(const struct api_operation *operation)
{
	json_t *properties = json_object(), *required = json_array(), *schema_of_body;

	for (const struct api_argument *a = operation->arguments; a->name; a++) {
		if (is_in_path(operation, a->name) || by_query(operation))
			continue;
		json_object_set_new(properties, a->name, described(argument_schema(a), a->summary));
		if (a->required)
			json_array_append_new(required, json_string(a->name));
	}
	if (!json_object_size(properties)) {
		json_decref(properties);
		json_decref(required);
		return NULL;
	}
	schema_of_body = json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties,
				   "additionalProperties", 0);
	if (json_array_size(required))
		json_object_set(schema_of_body, "required", required);
	json_decref(required);
	return json_pack("{s:b, s:{s:{s:o}}}", "required",
			 json_object_get(schema_of_body, "required") != NULL, "content",
			 "application/json", "schema", schema_of_body);
}

/* ---- operations ---- */

static json_t *bytes_responses(void)
{
	return json_pack("{s:{s:s, s:{s:{}}}, s:{s:s, s:{s:{}}}, s:o, s:o}", "200", "description",
			 "the bytes", "content", "application/octet-stream", "206", "description",
			 "the piece of them that was asked for", "content",
			 "application/octet-stream", "4XX", reference("responses", "Error", 5),
			 "5XX", reference("responses", "Error", 5));
}

static json_t *responses(const struct api_operation *operation)
{
	if (!strcmp(operation->result, "bytes"))
		return bytes_responses();
	return json_pack("{s:{s:s, s:{s:{s:o}}}, s:o, s:o}", "200", "description",
			 operation->summary, "content", "application/json", "schema",
			 schema(operation->result), "4XX", reference("responses", "Error", 5),
			 "5XX", reference("responses", "Error", 5));
}

static json_t *operation_item(const struct api_operation *operation)
{
	json_t *body = request_body(operation);
	json_t *item = json_pack("{s:s, s:s, s:s+, s:o, s:o}", "operationId", operation->name,
				 "summary", operation->summary, "description",
				 "Permission: ", operation->permission, "parameters",
				 parameters(operation), "responses", responses(operation));

	if (body)
		json_object_set_new(item, "requestBody", body);
	return item;
}

static json_t *paths(void)
{
	json_t *all = json_object();

	for (const struct api_operation *const *at = api_operations; *at; at++) {
		const struct api_operation *operation = *at;
		CLEANUP(buffer_done) struct buffer path = {0};
		char method[8] = {0};
		json_t *item;

		buffer_printf(&path, "/v1%s", operation->path);
		for (size_t i = 0; operation->method[i] && i < sizeof(method) - 1; i++)
			method[i] = (char)tolower((unsigned char)operation->method[i]);
		item = json_object_get(all, buffer_text(&path));
		if (!item) {
			item = json_object();
			json_object_set_new(all, buffer_text(&path), item);
		}
		json_object_set_new(item, method, operation_item(operation));
	}
	return all;
}

static json_t *components(void)
{
	json_t *schemas = json_object();

	for (const struct api_shape *shape = api_shapes; shape->name; shape++)
		json_object_set_new(schemas, shape->name, shape_schema(shape));
	return json_pack(
		"{s:o, s:{s:{s:s, s:{s:{s:o}}}}, s:{s:{s:s, s:s, s:b, s:s, s:{s:s}}},"
		" s:{s:{s:s, s:s, s:s, s:s}}}",
		"schemas", schemas, "responses", "Error", "description", "what was wrong",
		"content", "application/json", "schema", schema("Error"), "parameters", "Range",
		"name", "Range", "in", "header", "required", 0, "description",
		"one piece of bytes, as bytes=0-1048575; If-Range with the ETag guards it",
		"schema", "type", "string", "securitySchemes", "sigv4", "type", "apiKey", "in",
		"header", "name", "Authorization", "description",
		"AWS Signature Version 4, service name \"dint\", as curl --aws-sigv4 makes it");
}

json_t *openapi_document(void)
{
	return json_pack("{s:s, s:{s:s, s:s, s:s, s:{s:s, s:s}}, s:[{s:s, s:s}], s:[{s:[]}],"
			 " s:o, s:o}",
			 "openapi", "3.1.0", "info", "title", "dint", "version", DINT_VERSION,
			 "description",
			 "What EC2 has no call for: incidents, reports, dumps, users, the audit.",
			 "license", "name", "MIT", "identifier", "MIT", "servers", "url",
			 "http://127.0.0.1:8470", "description", "as [dintd] listen says",
			 "security", "sigv4", "paths", paths(), "components", components());
}
