/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects as text and as JSON. */
#pragma once
#include "rows/rows.h"
#include "rows/show_walk.h"
#include "json/writer.h"

/*
 *	struct list_head {
 *	  next = 0xffffffffabd292a0 <modules>,
 *	  prev = 0xffffffffc081c188
 *	}
 */
struct show_text {
	struct show_sink sink; /* first: a sink is one of these */
	const struct kernel *kernel;
	struct buffer *to;
	unsigned depth;
	bool some;	  /* a value stands before, at this depth */
	uint32_t in_line; /* a bit a depth: values in one line, as arrays of scalars are */
	uint32_t arrays;  /* a bit a depth */
};

void show_text_init(struct show_text *text, const struct kernel *kernel, struct buffer *to);

/* Structures are objects, pointers strings, enumerators their names, char arrays strings, what is
 * missing null. */
struct show_json {
	struct show_sink sink;
	struct json_writer *w;
	const char *key; /* of the outermost value */
	unsigned depth;
};

void show_json_init(struct show_json *json, struct json_writer *w, const char *key);
