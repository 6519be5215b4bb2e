/* SPDX-License-Identifier: GPL-2.0-or-later */
/* jansson behind a limit, and getters by key. */
#include "json/read.h"

bool json_parse_limited(const void *text, size_t size_bytes, size_t limit_bytes, json_t **root,
			struct dint_error *err)
{
	json_error_t where;
	json_t *tree = NULL;

	if (size_bytes > limit_bytes)
		return dint_fail(err, DINT_BAD_REQUEST, "JSON of %zu bytes, the most is %zu",
				 size_bytes, limit_bytes);
	tree = json_loadb(text, size_bytes, JSON_REJECT_DUPLICATES, &where);
	if (!tree)
		return dint_fail(err, DINT_BAD_REQUEST, "not JSON: line %d, column %d: %s",
				 where.line, where.column, where.text);
	*root = tree;
	return true;
}

static const json_t *get(const json_t *object, const char *key, json_type type, const char *kind,
			 struct dint_error *err)
{
	const json_t *value = json_object_get(object, key);

	if (!value) {
		dint_error_set(err, DINT_BAD_REQUEST, "%s: missing", key);
		return NULL;
	}
	if (json_typeof(value) != type) {
		dint_error_set(err, DINT_BAD_REQUEST, "%s: %s belongs here", key, kind);
		return NULL;
	}
	return value;
}

bool json_get_string(const json_t *object, const char *key, const char **value,
		     struct dint_error *err)
{
	const json_t *found = get(object, key, JSON_STRING, "a string", err);

	if (!found)
		return false;
	*value = json_string_value(found);
	return true;
}

bool json_get_u64(const json_t *object, const char *key, uint64_t *value, struct dint_error *err)
{
	const json_t *found = get(object, key, JSON_INTEGER, "a whole number", err);

	if (!found)
		return false;
	if (json_integer_value(found) < 0)
		return dint_fail(err, DINT_BAD_REQUEST, "%s: a number below 0", key);
	*value = (uint64_t)json_integer_value(found);
	return true;
}

bool json_get_bool(const json_t *object, const char *key, bool *value, struct dint_error *err)
{
	const json_t *found = json_object_get(object, key);

	if (!found)
		return dint_fail(err, DINT_BAD_REQUEST, "%s: missing", key);
	if (!json_is_boolean(found))
		return dint_fail(err, DINT_BAD_REQUEST, "%s: true or false belongs here", key);
	*value = json_is_true(found);
	return true;
}

bool json_get_object(const json_t *object, const char *key, const json_t **value,
		     struct dint_error *err)
{
	const json_t *found = get(object, key, JSON_OBJECT, "an object", err);

	if (found)
		*value = found;
	return found != NULL;
}

bool json_get_array(const json_t *object, const char *key, const json_t **value,
		    struct dint_error *err)
{
	const json_t *found = get(object, key, JSON_ARRAY, "an array", err);

	if (found)
		*value = found;
	return found != NULL;
}

const char *json_find_string(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

const json_t *json_find_object(const json_t *object, const char *key)
{
	const json_t *found = json_object_get(object, key);

	return json_is_object(found) ? found : NULL;
}

const json_t *json_find_array(const json_t *object, const char *key)
{
	const json_t *found = json_object_get(object, key);

	return json_is_array(found) ? found : NULL;
}

uint64_t json_find_u64(const json_t *object, const char *key, uint64_t otherwise)
{
	const json_t *found = json_object_get(object, key);

	if (!json_is_integer(found) || json_integer_value(found) < 0)
		return otherwise;
	return (uint64_t)json_integer_value(found);
}

bool json_find_bool(const json_t *object, const char *key, bool otherwise)
{
	const json_t *found = json_object_get(object, key);

	return json_is_boolean(found) ? json_is_true(found) : otherwise;
}
