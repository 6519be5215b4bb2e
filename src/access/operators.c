/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One row an operator. Only texts and ARNs may have variables, as IAM says. */
#include "access/operators_internal.h"

#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "base/cleanup.h"
#include "base/units.h"

static enum pattern_match yes_if(bool yes)
{
	return yes ? PATTERN_YES : PATTERN_NO;
}

static bool no_value(const char *what, const char *text, struct dint_error *err)
{
	return dint_fail(err, DINT_BAD_REQUEST, "'%.60s' is not %s", text, what);
}

/* ---- texts and ARNs ---- */

static bool read_pattern(const struct operator_row *row, const char *text, struct operand *operand,
			 struct dint_error *err)
{
	return pattern_new(text, row->form, &operand->pattern, err);
}

static enum pattern_match match_pattern(const struct operator_row *row,
					const struct operand *operand,
					const struct context *context, const char *value)
{
	(void)row;
	return pattern_match(operand->pattern, context, value);
}

/* ---- numbers and moments ---- */

static bool in_order(const struct operator_row *row, int order)
{
	return order == row->order || (row->or_equal && !order);
}

static bool read_number(const struct operator_row *row, const char *text, struct operand *operand,
			struct dint_error *err)
{
	(void)row;
	return value_number(text, &operand->number) || no_value("a number", text, err);
}

static enum pattern_match match_number(const struct operator_row *row,
				       const struct operand *operand, const struct context *context,
				       const char *value)
{
	double number;

	(void)context;
	if (!value_number(value, &number))
		return PATTERN_NO;
	return yes_if(in_order(row, (number > operand->number) - (number < operand->number)));
}

static bool read_moment(const struct operator_row *row, const char *text, struct operand *operand,
			struct dint_error *err)
{
	(void)row;
	return value_moment(text, &operand->micros) ||
	       no_value("a date (2026-01-02T03:04:05Z)", text, err);
}

static enum pattern_match match_moment(const struct operator_row *row,
				       const struct operand *operand, const struct context *context,
				       const char *value)
{
	int64_t micros;

	(void)context;
	if (!value_moment(value, &micros))
		return PATTERN_NO;
	return yes_if(in_order(row, (micros > operand->micros) - (micros < operand->micros)));
}

/* ---- addresses, truths, bytes ---- */

static bool read_network(const struct operator_row *row, const char *text, struct operand *operand,
			 struct dint_error *err)
{
	(void)row;
	return value_network(text, &operand->network) ||
	       no_value("a network (192.0.2.0/24)", text, err);
}

static enum pattern_match match_network(const struct operator_row *row,
					const struct operand *operand,
					const struct context *context, const char *value)
{
	struct network address;

	(void)row;
	(void)context;
	return yes_if(value_network(value, &address) &&
		      value_network_holds(&operand->network, &address));
}

static bool read_truth(const struct operator_row *row, const char *text, struct operand *operand,
		       struct dint_error *err)
{
	(void)row;
	return value_bool(text, &operand->truth) || no_value("true or false", text, err);
}

static enum pattern_match match_truth(const struct operator_row *row, const struct operand *operand,
				      const struct context *context, const char *value)
{
	bool truth;

	(void)row;
	(void)context;
	return yes_if(value_bool(value, &truth) && truth == operand->truth);
}

static bool read_bytes(const struct operator_row *row, const char *text, struct operand *operand,
		       struct dint_error *err)
{
	(void)row;
	return base64_decode(text, strlen(text), &operand->bytes, err);
}

static enum pattern_match match_bytes(const struct operator_row *row, const struct operand *operand,
				      const struct context *context, const char *value)
{
	CLEANUP(buffer_done) struct buffer bytes = {0};
	struct dint_error ignored;

	(void)row;
	(void)context;
	return yes_if(base64_decode(value, strlen(value), &bytes, &ignored) &&
		      bytes.size == operand->bytes.size &&
		      (!bytes.size || !memcmp(bytes.bytes, operand->bytes.bytes, bytes.size)));
}

/* ---- the table ---- */

#define TEXT(word, forms, inverse)                                                   \
	{                                                                            \
		.name = word, .negated = inverse, .form = PATTERN_VARIABLES | forms, \
		.read = read_pattern, .match = match_pattern                         \
	}
#define ORDERED(word, kind, sign, equal, inverse)                                   \
	{                                                                           \
		.name = word, .negated = inverse, .order = sign, .or_equal = equal, \
		.read = read_##kind, .match = match_##kind                          \
	}
#define PLAIN(word, kind, inverse)                                                           \
	{                                                                                    \
		.name = word, .negated = inverse, .read = read_##kind, .match = match_##kind \
	}

static const struct operator_row rows[] = {
	TEXT("StringEquals", 0, false),
	TEXT("StringNotEquals", 0, true),
	TEXT("StringEqualsIgnoreCase", PATTERN_FOLD, false),
	TEXT("StringNotEqualsIgnoreCase", PATTERN_FOLD, true),
	TEXT("StringLike", PATTERN_WILDCARDS, false),
	TEXT("StringNotLike", PATTERN_WILDCARDS, true),
	TEXT("ArnEquals", PATTERN_WILDCARDS | PATTERN_ARN, false),
	TEXT("ArnLike", PATTERN_WILDCARDS | PATTERN_ARN, false),
	TEXT("ArnNotEquals", PATTERN_WILDCARDS | PATTERN_ARN, true),
	TEXT("ArnNotLike", PATTERN_WILDCARDS | PATTERN_ARN, true),
	ORDERED("NumericEquals", number, 0, true, false),
	ORDERED("NumericNotEquals", number, 0, true, true),
	ORDERED("NumericLessThan", number, -1, false, false),
	ORDERED("NumericLessThanEquals", number, -1, true, false),
	ORDERED("NumericGreaterThan", number, 1, false, false),
	ORDERED("NumericGreaterThanEquals", number, 1, true, false),
	ORDERED("DateEquals", moment, 0, true, false),
	ORDERED("DateNotEquals", moment, 0, true, true),
	ORDERED("DateLessThan", moment, -1, false, false),
	ORDERED("DateLessThanEquals", moment, -1, true, false),
	ORDERED("DateGreaterThan", moment, 1, false, false),
	ORDERED("DateGreaterThanEquals", moment, 1, true, false),
	PLAIN("IpAddress", network, false),
	PLAIN("NotIpAddress", network, true),
	PLAIN("Bool", truth, false),
	PLAIN("BinaryEquals", bytes, false),
	{.name = "Null", .is_null = true, .read = read_truth, .match = match_truth},
};

const struct operator_row *operator_find(const char *name, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strlen(rows[i].name) == n && !strncasecmp(rows[i].name, name, n))
			return &rows[i];
	return NULL;
}

void operand_done(struct operand *operand)
{
	pattern_free(operand->pattern);
	buffer_done(&operand->bytes);
}
