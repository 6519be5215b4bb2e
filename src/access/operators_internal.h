/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operators of conditions. A row is how a policy's value is read once and a request's value
 * compared with it; what negation, IfExists, ForAllValues and ForAnyValue make of that is
 * condition.c's.
 *
 * To add an operator: a row in access/operators.c; tests/unit/access/policy.c has its cases.
 */
#pragma once
#include "access/pattern_internal.h"
#include "access/values_internal.h"
#include "base/buffer.h"

/* A policy's value, as its operator has read it. */
struct operand {
	struct pattern *pattern;
	struct buffer bytes;
	union {
		double number;
		int64_t micros;
		struct network network;
		bool truth;
	};
};

struct operator_row {
	const char *name;
	bool negated;  /* true where the other is false, and where the key is missing */
	bool is_null;  /* asks whether the key is there, not what it is */
	int order;     /* for numbers and moments: -1, 0, 1 … */
	bool or_equal; /* … or equal */
	unsigned form; /* for patterns */
	bool (*read)(const struct operator_row *row, const char *text, struct operand *operand,
		     struct dint_error *err);
	enum pattern_match (*match)(const struct operator_row *row, const struct operand *operand,
				    const struct context *context, const char *value);
};

/* By name, whatever its case; n bytes of it. NULL when there is none. */
const struct operator_row *operator_find(const char *name, size_t n);
void operand_done(struct operand *operand);
