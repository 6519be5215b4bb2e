/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON written as it comes, without a tree.
 *
 *	struct json_writer w;
 *	json_writer_init(&w, &out, -1);
 *	json_open_object(&w, NULL);
 *	json_put_string(&w, "release", "6.1.0");
 *	json_open_array(&w, "cpus");
 *	json_put_u64(&w, NULL, 0);
 *	json_close(&w);
 *	json_close(&w);
 *	json_writer_end(&w, &err);
 *
 * The key is NULL inside arrays and for the outermost value. What stands directly in the outermost
 * object or array gets a line of its own; everything else is compact.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define JSON_DEPTH_MAX 32 /* of what we write; deeper is our own mistake */

struct json_writer {
	struct buffer *out; /* borrowed */
	int fd;		    /* full buffers go there; -1: everything stays in out */
	struct dint_error error;
	unsigned depth;
	bool has_items[JSON_DEPTH_MAX];
	char closers[JSON_DEPTH_MAX];
};

/* Appends to out; with an fd of 0 or more, out is only a place to gather and is written to it. */
void json_writer_init(struct json_writer *w, struct buffer *out, int fd);
/* Ends the document with a newline and writes what is left; the first failure to write, if any.
 * Everything opened must have been closed. */
bool json_writer_end(struct json_writer *w, struct dint_error *err);

void json_open_object(struct json_writer *w, const char *key);
void json_open_array(struct json_writer *w, const char *key);
/* Closes what was opened last. */
void json_close(struct json_writer *w);

void json_put_null(struct json_writer *w, const char *key);
void json_put_bool(struct json_writer *w, const char *key, bool value);
void json_put_u64(struct json_writer *w, const char *key, uint64_t value);
void json_put_i64(struct json_writer *w, const char *key, int64_t value);
/* A number with six decimals, from millionths: 5102992 is 5.102992. */
void json_put_micros(struct json_writer *w, const char *key, uint64_t millionths);
/* "0xffffffff81000000": an address is a string, for readers whose numbers are doubles. */
void json_put_address(struct json_writer *w, const char *key, uint64_t address);
/* NULL is written as null. */
void json_put_string(struct json_writer *w, const char *key, const char *text);
/* What is JSON already, as it is; NULL is written as null. */
void json_put_raw(struct json_writer *w, const char *key, const char *json);
/* Bytes of a stranger: control characters are escaped; NUL and what is not UTF-8 become U+FFFD. */
void json_put_bytes(struct json_writer *w, const char *key, const void *bytes, size_t n);
void json_put_printf(struct json_writer *w, const char *key, const char *fmt, ...) PRINTF(3, 4);
