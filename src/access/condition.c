/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What set operators, IfExists, negation and missing keys make of a comparison. */
#include "access/condition_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"

/* ---- reading ---- */

char *condition_text(const json_t *value)
{
	if (json_is_string(value))
		return xstrdup(json_string_value(value));
	if (json_is_boolean(value))
		return xstrdup(json_is_true(value) ? "true" : "false");
	if (json_is_integer(value))
		return xasprintf("%lld", (long long)json_integer_value(value));
	if (json_is_real(value))
		return xasprintf("%.15g", json_real_value(value));
	return NULL;
}

static bool take_prefix(const char **name, const char *prefix)
{
	size_t n = strlen(prefix);

	if (strncasecmp(*name, prefix, n) != 0)
		return false;
	*name += n;
	return true;
}

static bool read_operator(const char *qualified, struct condition *condition,
			  struct dint_error *err)
{
	static const char if_exists[] = "IfExists";
	const char *name = qualified;
	size_t n;

	if (take_prefix(&name, "ForAllValues:"))
		condition->set = FOR_ALL;
	else if (take_prefix(&name, "ForAnyValue:"))
		condition->set = FOR_ANY;
	n = strlen(name);
	if (n > strlen(if_exists) && !strcasecmp(name + n - strlen(if_exists), if_exists)) {
		condition->if_exists = true;
		n -= strlen(if_exists);
	}
	condition->operator_row = operator_find(name, n);
	if (!condition->operator_row)
		return dint_fail(err, DINT_BAD_REQUEST, "no operator '%.60s'", qualified);
	if (condition->operator_row->is_null && (condition->if_exists || condition->set))
		return dint_fail(err, DINT_BAD_REQUEST, "'%.60s': Null stands alone", qualified);
	return true;
}

static bool read_operand(const json_t *value, bool variables, struct condition *condition,
			 struct dint_error *err)
{
	CLEANUP(free_ptr) char *text = condition_text(value);
	struct operator_row row = *condition->operator_row;

	if (!text)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "a value is a text, a number, true or "
				 "false");
	if (!variables)
		row.form &= ~(unsigned)PATTERN_VARIABLES;
	return row.read(&row, text, &condition->operands[condition->operand_count++], err);
}

bool condition_read(const char *qualified, const char *key, const json_t *values, bool variables,
		    struct condition *out, struct dint_error *err)
{
	CLEANUP(condition_done) struct condition condition = {.key = xstrdup(key)};
	size_t n = json_is_array(values) ? json_array_size(values) : 1;

	if (!read_operator(qualified, &condition, err))
		return false;
	if (!strchr(key, ':') || !n)
		return dint_fail(err, DINT_BAD_REQUEST, "%s: '%.60s' %s", qualified, key,
				 n ? "is not a key" : "has no value");
	condition.operands = xcalloc(n, sizeof(*condition.operands));
	for (size_t i = 0; i < n; i++)
		if (!read_operand(json_is_array(values) ? json_array_get(values, i) : values,
				  variables, &condition, err))
			return dint_within(err, "%s: %.60s", qualified, key);
	*out = TAKE(condition);
	return true;
}

void condition_done(struct condition *condition)
{
	for (size_t i = 0; i < condition->operand_count; i++)
		operand_done(&condition->operands[i]);
	free(condition->operands);
	free(condition->key);
}

/* ---- judging ---- */

static enum pattern_match negate(enum pattern_match match)
{
	if (match == PATTERN_UNRESOLVED)
		return match;
	return match == PATTERN_YES ? PATTERN_NO : PATTERN_YES;
}

/* Whether one of the policy's values is this one; of a negated operator, whether none is. */
static enum pattern_match value_holds(const struct condition *condition,
				      const struct context *context, const char *value)
{
	const struct operator_row *row = condition->operator_row;
	enum pattern_match result = PATTERN_NO;

	for (size_t i = 0; i < condition->operand_count && result != PATTERN_YES; i++) {
		enum pattern_match match = row->match(row, &condition->operands[i], context, value);

		if (match != PATTERN_NO)
			result = match;
	}
	return row->negated ? negate(result) : result;
}

/* Each value has to hold: all of them (ForAllValues, and negated ones), or one. */
static enum pattern_match set_holds(const struct condition *condition,
				    const struct context *context,
				    const struct context_values *found)
{
	bool all = condition->set == FOR_ALL ||
		   (condition->set == EACH_AT_ONCE && condition->operator_row->negated);
	enum pattern_match decides = all ? PATTERN_NO : PATTERN_YES;
	enum pattern_match result = all ? PATTERN_YES : PATTERN_NO;

	for (size_t i = 0; i < found->count; i++) {
		enum pattern_match one = value_holds(condition, context, found->values[i]);

		if (one == PATTERN_UNRESOLVED)
			return one;
		if (one == decides)
			result = one;
	}
	return result;
}

enum pattern_match condition_holds(const struct condition *condition, const struct context *context)
{
	const struct operator_row *row = condition->operator_row;
	struct context_values found;

	context_find(context, condition->key, &found);
	if (row->is_null)
		return value_holds(condition, context, found.count ? "false" : "true");
	if (found.count)
		return set_holds(condition, context, &found);
	if (condition->if_exists || condition->set == FOR_ALL)
		return PATTERN_YES;
	if (condition->set == FOR_ANY)
		return PATTERN_NO;
	return row->negated ? PATTERN_YES : PATTERN_NO;
}
