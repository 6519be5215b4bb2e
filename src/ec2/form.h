/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * application/x-www-form-urlencoded, as a query string or a body carries it:
 *
 *	Action=DescribeInstances&InstanceId.1=i-0123456789abcdef0&Filter.1.Name=tag%3AName
 *
 * A '+' is a space. Strict otherwise: a broken %-sequence, a NUL and what is not UTF-8 are refused,
 * for two readers could take them for two things.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Of query and body together: 200 filter values are the most that a call of ours has use for. */
#define FORM_PAIRS_MAX 1000

struct form_pair {
	const char *name, *value; /* "name" without '=' has the value "" */
	bool in_query;
};

struct form {
	struct form_pair *pairs; /* in the order they came, the query's first */
	size_t count;
	char *text;
};

/* Both are read into one list; body may be NULL when its size is 0. DINT_BAD_REQUEST. */
bool form_parse(const char *query, const void *body, size_t body_size, struct form *form,
		struct dint_error *err);
void form_done(struct form *form);
/* The first value of this name, NULL where there is none. */
const char *form_find(const struct form *form, const char *name);
