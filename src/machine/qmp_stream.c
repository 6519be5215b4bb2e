/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cuts the bytes into lines and reads each as one JSON object of the four kinds. */
#include "machine/qmp_stream.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "json/read.h"

void qmp_stream_init(struct qmp_stream *stream)
{
	*stream = (struct qmp_stream){0};
}

void qmp_stream_done(struct qmp_stream *stream)
{
	json_decref(stream->root);
	buffer_done(&stream->bytes);
	*stream = (struct qmp_stream){0};
}

static size_t line_limit(const struct qmp_stream *stream)
{
	return stream->greeted ? QMP_LINE_BYTES : QMP_GREETING_BYTES;
}

/* "what: 'the line's beginning'", from a line that may be endless. */
static bool fail_quoting(const uint8_t *line, size_t length, const char *what,
			 struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer quote = {0};
	bool cut = length > QMP_QUOTE_BYTES;

	text_escape(&quote, line, cut ? QMP_QUOTE_BYTES : length);
	return dint_fail(err, DINT_UNREACHABLE, "does not speak QMP: %s: '%.150s%s'", what,
			 buffer_text(&quote), cut ? "…" : "");
}

bool qmp_stream_add(struct qmp_stream *stream, const void *bytes, size_t n, struct dint_error *err)
{
	const uint8_t *piece = bytes;
	const uint8_t *newline = memrchr(piece, '\n', n);
	size_t open_line = newline ? (size_t)(piece + n - newline - 1)
				   : stream->bytes.size - stream->at + n;

	if (open_line > line_limit(stream))
		return fail_quoting(
			stream->bytes.size > stream->at ? stream->bytes.bytes + stream->at : piece,
			QMP_QUOTE_BYTES, "an endless line", err);
	buffer_add(&stream->bytes, bytes, n);
	return true;
}

/* False: there is no whole line yet, and what was read is dropped. */
static bool next_line(struct qmp_stream *stream, const uint8_t **line, size_t *length)
{
	struct buffer *bytes = &stream->bytes;
	const uint8_t *newline = NULL;

	if (bytes->size > stream->scanned)
		newline =
			memchr(bytes->bytes + stream->scanned, '\n', bytes->size - stream->scanned);
	if (!newline) {
		buffer_drop(bytes, stream->at);
		stream->at = 0;
		stream->scanned = bytes->size;
		return false;
	}
	*line = bytes->bytes + stream->at;
	*length = newline - *line;
	stream->at += *length + 1;
	stream->scanned = stream->at;
	if (*length && (*line)[*length - 1] == '\r')
		--*length;
	return true;
}

static uint64_t event_time(const json_t *root)
{
	const json_t *stamp = json_find_object(root, "timestamp");
	uint64_t seconds = json_find_u64(stamp, "seconds", 0);

	if (!seconds || seconds > UINT32_MAX)
		return 0;
	return seconds * 1000000 + json_find_u64(stamp, "microseconds", 0) % 1000000;
}

/* False for an object that is none of the four. */
static bool read_item(const json_t *root, struct qmp_item *item)
{
	const json_t *error = json_find_object(root, "error");

	*item = (struct qmp_item){.id = json_find_string(root, "id")};
	if (json_object_get(root, "return")) {
		item->kind = QMP_RETURN;
		item->value = json_object_get(root, "return");
	} else if (error) {
		item->kind = QMP_REFUSAL;
		item->word = json_find_string(error, "class");
		item->text = json_find_string(error, "desc");
		return item->word && item->text;
	} else if (json_find_string(root, "event")) {
		item->kind = QMP_EVENT;
		item->word = json_find_string(root, "event");
		item->value = json_find_object(root, "data");
		item->at_us = event_time(root);
	} else {
		item->kind = QMP_GREETING;
		item->value = json_find_object(root, "QMP");
		return item->value != NULL;
	}
	return true;
}

enum qmp_next qmp_stream_next(struct qmp_stream *stream, struct qmp_item *item,
			      struct dint_error *err)
{
	const uint8_t *line;
	size_t length = 0;

	json_decref(TAKE(stream->root));
	while (!length)
		if (!next_line(stream, &line, &length))
			return QMP_MORE;

	if (!json_parse_limited(line, length, line_limit(stream), &stream->root, err))
		fail_quoting(line, length, "not JSON", err);
	else if (!json_is_object(stream->root) || !read_item(stream->root, item))
		fail_quoting(line, length, "neither answer nor event", err);
	else if (!stream->greeted && item->kind != QMP_GREETING)
		fail_quoting(line, length, "no greeting", err);
	else if (stream->greeted && item->kind == QMP_GREETING)
		fail_quoting(line, length, "a second greeting", err);
	else {
		stream->greeted = true;
		return QMP_ITEM;
	}
	return QMP_BROKEN;
}
