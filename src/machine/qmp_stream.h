/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What QEMU says over QMP, from bytes to items; no I/O. The peer is not trusted: a guest may have
 * taken it over, or the address may be somebody else's.
 *
 *	greeting  {"QMP": {"version": {"qemu": {"major": 7, …}}, …}}
 *	answer    {"return": …, "id": …}  or  {"error": {"class": "…", "desc": "…"}, "id": …}
 *	event     {"event": "…", "data": {…}, "timestamp": {"seconds": …, "microseconds": …}}
 *
 * One item a line; events may stand between a command and its answer.
 */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

/* The longest honest answer is "info registers -a": some 7 KiB a CPU with AVX-512, 1024 CPUs. */
#define QMP_LINE_BYTES ((size_t)8 << 20)
/* A greeting is 200 bytes; whoever sends more before it is not QEMU. */
#define QMP_GREETING_BYTES ((size_t)16 << 10)
/* Of what a stranger said, as much as is repeated in an error. */
#define QMP_QUOTE_BYTES 60

enum qmp_kind { QMP_GREETING, QMP_RETURN, QMP_REFUSAL, QMP_EVENT };

/* Valid until the next call on its stream. */
struct qmp_item {
	enum qmp_kind kind;
	const char *id;	     /* an answer's; NULL: none, or no string */
	const json_t *value; /* what is returned; an event's data (NULL: none); the greeting */
	const char *word;    /* a refusal's class, an event's name */
	const char *text;    /* a refusal's description */
	uint64_t at_us;	     /* an event's wall clock; 0: not said */
};

enum qmp_next { QMP_ITEM, QMP_MORE, QMP_BROKEN };

struct qmp_stream {
	struct buffer bytes;
	size_t at;	/* start of the line to read next */
	size_t scanned; /* no newline between at and here */
	bool greeted;
	json_t *root; /* of the item given out last */
};

void qmp_stream_init(struct qmp_stream *stream);
void qmp_stream_done(struct qmp_stream *stream);

/* DINT_UNREACHABLE when a line grows above its limit. */
bool qmp_stream_add(struct qmp_stream *stream, const void *bytes, size_t n, struct dint_error *err);
/* The next item; QMP_MORE: not there yet. QMP_BROKEN (DINT_UNREACHABLE): the peer does not speak
 * QMP; err quotes it, and the stream is of no more use. The first item is always the greeting, and
 * no later one is. */
enum qmp_next qmp_stream_next(struct qmp_stream *stream, struct qmp_item *item,
			      struct dint_error *err);
