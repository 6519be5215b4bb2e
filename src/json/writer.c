/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON text (RFC 8259), appended value by value. */
#include "json/writer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/io.h"
#include "base/text.h"

#define FLUSH_BYTES 65536

static void flush(struct json_writer *w, size_t at_least)
{
	struct dint_error err;

	if (w->fd < 0 || w->out->size < at_least)
		return;
	if (w->error.code == DINT_OK && !io_write_all(w->fd, w->out->bytes, w->out->size, &err))
		w->error = err;
	buffer_clear(w->out);
}

static size_t escape_one(struct buffer *out, const uint8_t *bytes, size_t n)
{
	static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	size_t length = text_utf8(bytes, n);

	for (size_t i = 0; shorts[i]; i += 2)
		if (bytes[0] == (uint8_t)shorts[i]) {
			buffer_add_u8(out, '\\');
			buffer_add_u8(out, (uint8_t)shorts[i + 1]);
			return 1;
		}
	if (length == 0 || bytes[0] == 0) {
		buffer_add_text(out, "\xef\xbf\xbd");
		return 1;
	}
	if (bytes[0] < 0x20 || bytes[0] == 0x7f)
		buffer_printf(out, "\\u%04x", bytes[0]);
	else
		buffer_add(out, bytes, length);
	return length;
}

static void add_quoted(struct buffer *out, const void *text, size_t n)
{
	const uint8_t *bytes = text;
	size_t plain = 0;

	buffer_add_u8(out, '"');
	for (size_t i = 0; i < n;) {
		plain = i;
		while (plain < n && bytes[plain] >= 0x20 && bytes[plain] < 0x7f &&
		       bytes[plain] != '"' && bytes[plain] != '\\')
			plain++;
		buffer_add(out, bytes + i, plain - i);
		i = plain;
		if (i < n)
			i += escape_one(out, bytes + i, n - i);
	}
	buffer_add_u8(out, '"');
}

static void before_value(struct json_writer *w, const char *key)
{
	if (w->depth == 0)
		return;
	if (w->has_items[w->depth - 1])
		buffer_add_u8(w->out, ',');
	w->has_items[w->depth - 1] = true;
	if (w->depth == 1)
		buffer_add_u8(w->out, '\n');
	if (w->closers[w->depth - 1] == '}') {
		assert(key);
		add_quoted(w->out, key, strlen(key));
		buffer_add_u8(w->out, ':');
	}
}

static void open_with(struct json_writer *w, const char *key, char opener, char closer)
{
	assert(w->depth < JSON_DEPTH_MAX);
	before_value(w, key);
	buffer_add_u8(w->out, (uint8_t)opener);
	w->has_items[w->depth] = false;
	w->closers[w->depth] = closer;
	w->depth++;
}

static void put_text(struct json_writer *w, const char *key, const char *literal)
{
	before_value(w, key);
	buffer_add_text(w->out, literal);
	flush(w, FLUSH_BYTES);
}

void json_writer_init(struct json_writer *w, struct buffer *out, int fd)
{
	memset(w, 0, sizeof(*w));
	w->out = out;
	w->fd = fd;
}

bool json_writer_end(struct json_writer *w, struct dint_error *err)
{
	assert(w->depth == 0);
	buffer_add_u8(w->out, '\n');
	flush(w, 0);
	if (w->error.code != DINT_OK) {
		*err = w->error;
		return false;
	}
	return true;
}

void json_open_object(struct json_writer *w, const char *key)
{
	open_with(w, key, '{', '}');
}

void json_open_array(struct json_writer *w, const char *key)
{
	open_with(w, key, '[', ']');
}

void json_close(struct json_writer *w)
{
	assert(w->depth > 0);
	w->depth--;
	if (w->depth == 0 && w->has_items[0])
		buffer_add_u8(w->out, '\n');
	buffer_add_u8(w->out, (uint8_t)w->closers[w->depth]);
	flush(w, FLUSH_BYTES);
}

void json_put_null(struct json_writer *w, const char *key)
{
	put_text(w, key, "null");
}

void json_put_bool(struct json_writer *w, const char *key, bool value)
{
	put_text(w, key, value ? "true" : "false");
}

void json_put_u64(struct json_writer *w, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	put_text(w, key, text);
}

void json_put_i64(struct json_writer *w, const char *key, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, value);
	put_text(w, key, text);
}

void json_put_micros(struct json_writer *w, const char *key, uint64_t millionths)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 ".%06" PRIu64, millionths / 1000000,
		 millionths % 1000000);
	put_text(w, key, text);
}

void json_put_address(struct json_writer *w, const char *key, uint64_t address)
{
	char text[24];

	snprintf(text, sizeof(text), "\"0x%" PRIx64 "\"", address);
	put_text(w, key, text);
}

void json_put_string(struct json_writer *w, const char *key, const char *text)
{
	if (!text)
		json_put_null(w, key);
	else
		json_put_bytes(w, key, text, strlen(text));
}

void json_put_raw(struct json_writer *w, const char *key, const char *json)
{
	put_text(w, key, json ? json : "null");
}

void json_put_bytes(struct json_writer *w, const char *key, const void *bytes, size_t n)
{
	before_value(w, key);
	add_quoted(w->out, bytes, n);
	flush(w, FLUSH_BYTES);
}

void json_put_printf(struct json_writer *w, const char *key, const char *fmt, ...)
{
	CLEANUP(free_ptr) char *text = NULL;
	va_list words;

	va_start(words, fmt);
	if (vasprintf(&text, fmt, words) < 0)
		abort();
	va_end(words);
	json_put_string(w, key, text);
}
