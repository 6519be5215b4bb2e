/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of operations, and the one way into each. */
#include <string.h>

#include "api/api.h"
#include "api/operations.h"
#include "api/permission.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/units.h"
#include "json/json.h"

const struct api_operation *const api_operations[] = {
	&op_machines,
	&op_send,
	&op_incidents,
	&op_incident,
	&op_report,
	&op_dump,
	&op_console,
	&op_access_list,
	&op_access_add_user,
	&op_access_delete_user,
	&op_access_add_key,
	&op_access_enable_key,
	&op_access_disable_key,
	&op_access_delete_key,
	&op_access_set_policy,
	&op_access_simulate,
	&op_audit,
	NULL,
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

static bool dispatch(struct api_call *call, const json_t *args, struct dint_error *err)
{
	const char *name;

	if (!json_get_string(call->request, "op", &name, err))
		return false;
	call->operation = find_operation(name);
	if (!call->operation)
		return dint_fail(err, DINT_BAD_REQUEST, "no operation '%.40s'", name);
	if (!json_is_object(args))
		return dint_fail(err, DINT_BAD_REQUEST, "args: an object belongs here");
	return check_arguments(call->operation, args, err) && permission_check(call, args, err);
}

void api_dispatch(struct api_call *call, const json_t *request)
{
	CLEANUP(json_decref_ptr) json_t *none = json_object();
	const json_t *args = json_object_get(request, "args");
	struct dint_error err;

	call->request = json_incref((json_t *)request);
	call->caller = call->caller_copy = xstrdup_null(call->caller);
	call->fd = -1;
	if (!args)
		args = none;
	if (dispatch(call, args, &err))
		call->operation->run(call, args);
	else
		api_refuse(call, &err);
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
