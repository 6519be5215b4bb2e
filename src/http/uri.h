/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pieces of a target decoded; strict, for two readers could take what is broken for two things. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

/* Appends the text that the n bytes encode (%41 is A). DINT_BAD_REQUEST for a broken %-sequence, a
 * NUL, and what is not UTF-8. A '+' is one. */
bool uri_decode(const char *encoded, size_t n, struct buffer *to, struct dint_error *err);

/* Steps through "a=1&b&c=": false behind the last pair. Names and values are decoded into scratch,
 * and good until the next step; a name without '=' has the value "". A broken one ends it with
 * err->code set (DINT_OK otherwise). */
struct uri_query {
	const char *at;
	struct buffer scratch;
	const char *name, *value;
};
bool uri_query_next(struct uri_query *query, struct dint_error *err);
void uri_query_done(struct uri_query *query);
