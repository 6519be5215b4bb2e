/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keys that conditions and variables of a policy ask for: those that a call brings along, and
 * those that follow from who calls, from where and when.
 *
 * To add one that follows: a row in access/context.c.
 */
#pragma once
#include "access/access.h"

#define CONTEXT_TEXT 160 /* a computed value, NUL */

struct context {
	const struct access_question *question;
	const char *region, *account;
	uint64_t wall_us;
};

/* Values found, in words of the request or in a text of their own. */
struct context_values {
	const char *const *values;
	size_t count; /* 0: an empty set, or absent */
	bool present;
	const char *one[1];
	char text[CONTEXT_TEXT];
};

/* Case does not count, as IAM says. */
void context_find(const struct context *context, const char *key, struct context_values *found);
