/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A request's head, held to the rules that the library does not hold it to: what two readers could
 * understand in two ways is refused, so that nobody smuggles a request past a proxy in front of us.
 *
 * To add a rule: a function in head.c, called from head_check, and a case in
 * tests/unit/http/head.c; docs/http.md lists it.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/http.h"

struct http_head {
	const char *method, *version, *target; /* raw, as they came */
	const struct http_header *headers;
	size_t header_count;
};

/* How much follows the head. */
struct http_framing {
	bool chunked;	 /* the length is not known before */
	bool continues;	 /* the client waits for a word before it sends the body */
	uint64_t length; /* bytes, where not chunked */
};

struct http_refusal {
	unsigned status;
	const char *words; /* never what the client sent */
};

bool head_check(const struct http_head *head, struct http_framing *framing,
		struct http_refusal *refusal);
/* The same without regard to case: HTTP's names are ASCII. */
bool head_is(const char *name, const char *known);
