/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line of a Condition: an operator, a key, values. Lines are joined by AND, values by OR; of a
 * negated operator none may match.
 *
 *	"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["dint-*", "owner"]}
 */
#pragma once
#include <jansson.h>

#include "access/operators_internal.h"

struct condition {
	const struct operator_row *operator_row;
	enum { EACH_AT_ONCE, FOR_ALL, FOR_ANY } set;
	bool if_exists;
	char *key;
	struct operand *operands;
	size_t operand_count;
};

/* qualified: "ForAllValues:StringLike"; values: a value or a list of them. variables: whether the
 * policy's version knows them. */
bool condition_read(const char *qualified, const char *key, const json_t *values, bool variables,
		    struct condition *condition, struct dint_error *err);
void condition_done(struct condition *condition);

/* Unresolved where a variable has no value. */
enum pattern_match condition_holds(const struct condition *condition,
				   const struct context *context);

/* A text of the JSON as a policy may have it: a string, a number, true or false; the caller frees
 * it. NULL for anything else. */
char *condition_text(const json_t *value);
