/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes an answer. What came from strangers is made fit for XML 1.0: control characters and what
 * is not UTF-8 become U+FFFD.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

/* EC2's answers have the slash, its model has not; readers that compare want the answers' form. */
#define XML_EC2 "http://ec2.amazonaws.com/doc/2016-11-15/"
#define XML_STS "https://sts.amazonaws.com/doc/2011-06-15/"

#define XML_DEPTH_MAX 16 /* of what we write; deeper is our own mistake */
#define XML_TIME      25 /* 2026-01-02T03:04:05.000Z and the NUL */

struct xml {
	struct buffer *out; /* borrowed */
	unsigned depth;
	const char *open[XML_DEPTH_MAX];
};

void xml_begin(struct xml *x, struct buffer *out);
void xml_open(struct xml *x, const char *name);
void xml_open_in(struct xml *x, const char *name, const char *name_space);
/* Closes what was opened last. */
void xml_close(struct xml *x);

/* NULL: nothing is written. */
void xml_text(struct xml *x, const char *name, const char *text);
void xml_bool(struct xml *x, const char *name, bool value);
void xml_number(struct xml *x, const char *name, uint64_t value);
/* 0: nothing is written. */
void xml_time(struct xml *x, const char *name, uint64_t wall_us);
void xml_base64(struct xml *x, const char *name, const void *bytes, size_t n);

/* As xml_time writes it, for filters. */
void xml_time_text(uint64_t wall_us, char text[XML_TIME]);
