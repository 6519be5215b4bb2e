/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects as JSON. */
#include "rows/show_sinks.h"

static struct show_json *json_of(struct show_sink *sink)
{
	return (struct show_json *)sink;
}

static const char *key_of(const struct show_json *json, const char *name)
{
	return json->depth ? name : json->key;
}

static void begin_group(struct show_sink *sink, const char *name, bool array)
{
	struct show_json *json = json_of(sink);

	(array ? json_open_array : json_open_object)(json->w, key_of(json, name));
	json->depth++;
}

static void end_group(struct show_sink *sink)
{
	json_of(sink)->depth--;
	json_close(json_of(sink)->w);
}

static void put_value(struct show_sink *sink, const char *name, const struct show_value *value)
{
	struct json_writer *w = json_of(sink)->w;
	const char *key = key_of(json_of(sink), name);

	switch (value->kind) {
	case SHOW_ENUM:
		if (value->text) {
			json_put_string(w, key, value->text);
			break;
		}
		json_put_i64(w, key, (int64_t)value->number);
		break;
	case SHOW_NUMBER:
		if (value->is_signed)
			json_put_i64(w, key, (int64_t)value->number);
		else
			json_put_u64(w, key, value->number);
		break;
	case SHOW_BOOL:
		json_put_bool(w, key, value->number != 0);
		break;
	case SHOW_POINTER:
		json_put_address(w, key, value->number);
		break;
	case SHOW_TEXT:
		json_put_bytes(w, key, value->bytes, value->n);
		break;
	case SHOW_MISSING:
		json_put_null(w, key);
		break;
	}
}

void show_json_init(struct show_json *json, struct json_writer *w, const char *key)
{
	*json = (struct show_json){
		.sink = {.open = begin_group, .close = end_group, .value = put_value},
		.w = w,
		.key = key,
	};
}
