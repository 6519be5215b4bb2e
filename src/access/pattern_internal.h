/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts of a policy with '*', '?' and ${variables}, as code points: what stands for itself, and
 * what stands for others, cannot be confused, whatever a variable's value contains.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access/context_internal.h"

enum pattern_form {
	PATTERN_WILDCARDS = 1, /* '*' and '?' stand for others */
	PATTERN_VARIABLES = 2, /* ${key}, ${key, 'otherwise'}, ${*}, ${?}, ${$} */
	PATTERN_FOLD = 4,      /* capitals are small letters (ASCII) */
	/* A resource: a '*' that ends its part (parts have ':' between) may go on beyond it; no
	 * other wildcard does. */
	PATTERN_RESOURCE = 8,
	/* An ARN in a condition: six parts, each matched by itself; a lone '*' is any. */
	PATTERN_ARN = 16,
};

struct pattern;

/* DINT_BAD_REQUEST for a variable that does not end, or has no name; and for what is no ARN. */
bool pattern_new(const char *text, unsigned form, struct pattern **pattern, struct dint_error *err);
void pattern_free(struct pattern *pattern);

/* A variable without a value, or with several, leaves the pattern without a meaning. */
enum pattern_match { PATTERN_NO, PATTERN_YES, PATTERN_UNRESOLVED };

enum pattern_match pattern_match(const struct pattern *pattern, const struct context *context,
				 const char *text);
