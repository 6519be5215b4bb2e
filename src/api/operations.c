/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of operations, and the one way into each. */
#include <string.h>

#include "api/api.h"
#include "api/operations.h"
#include "base/clock.h"
#include "base/units.h"
#include "json/json.h"

const struct api_operation *const api_operations[] = {
	&op_machines, &op_send, &op_incidents, &op_incident, &op_dump, &op_console, NULL,
};

static bool is_kind(const json_t *value, enum api_kind kind)
{
	switch (kind) {
	case API_STRING:
		return json_is_string(value);
	case API_NUMBER:
		return json_is_integer(value) && json_integer_value(value) >= 0;
	case API_BOOL:
		return json_is_boolean(value);
	}
	return false;
}

static const struct api_argument *find_argument(const struct api_operation *operation,
						const char *name)
{
	for (const struct api_argument *a = operation->arguments; a->name; a++)
		if (!strcmp(a->name, name))
			return a;
	return NULL;
}

static bool check_arguments(const struct api_operation *operation, const json_t *args,
			    struct dint_error *err)
{
	static const char *const kinds[] = {"a string", "a number", "true or false"};
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)args, key, value) {
		const struct api_argument *argument = find_argument(operation, key);

		if (!argument)
			return dint_fail(err, DINT_BAD_REQUEST, "%s: no argument '%.40s'",
					 operation->name, key);
		if (!is_kind(value, argument->kind))
			return dint_fail(err, DINT_BAD_REQUEST, "%s: %s: %s belongs here",
					 operation->name, key, kinds[argument->kind]);
	}
	for (const struct api_argument *a = operation->arguments; a->name; a++)
		if (a->required && !json_object_get(args, a->name))
			return dint_fail(err, DINT_BAD_REQUEST, "%s: %s is missing: %s",
					 operation->name, a->name, a->summary);
	return true;
}

static const struct api_operation *find_operation(const char *name)
{
	for (const struct api_operation *const *at = api_operations; *at; at++)
		if (!strcmp((*at)->name, name))
			return *at;
	return NULL;
}

void api_dispatch(struct api_call *call, const json_t *request)
{
	CLEANUP(json_decref_ptr) json_t *none = json_object();
	const json_t *args = json_object_get(request, "args");
	const struct api_operation *operation;
	struct dint_error err;
	const char *name;

	if (!json_get_string(request, "op", &name, &err))
		return api_refuse(call, &err);
	operation = find_operation(name);
	if (!operation) {
		dint_error_set(&err, DINT_BAD_REQUEST, "no operation '%.40s'", name);
		return api_refuse(call, &err);
	}
	if (!args)
		args = none;
	if (!json_is_object(args)) {
		dint_error_set(&err, DINT_BAD_REQUEST, "args: an object belongs here");
		return api_refuse(call, &err);
	}
	if (!check_arguments(operation, args, &err))
		return api_refuse(call, &err);
	operation->run(call, args);
}

void api_answer(struct api_call *call, json_t *result, int fd)
{
	call->answer(call, result, fd);
}

void api_refuse(struct api_call *call, const struct dint_error *err)
{
	call->refuse(call, err);
}

json_t *api_time(uint64_t wall_us)
{
	char text[CLOCK_TEXT];

	if (!wall_us)
		return json_null();
	clock_text(wall_us, text);
	return json_string(text);
}

json_t *api_string_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}
