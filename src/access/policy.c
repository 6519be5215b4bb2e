/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judging: a call matches a statement by action, resource and all of its conditions. */
#include "access/policy_internal.h"

/* Whether one matches; for Not…, whether none does. */
static enum pattern_match list_matches(const struct pattern_list *list, bool not_these,
				       const struct context *context, const char *text)
{
	enum pattern_match result = PATTERN_NO;

	for (size_t i = 0; i < list->count && result != PATTERN_YES; i++) {
		enum pattern_match match = pattern_match(list->items[i], context, text);

		if (match != PATTERN_NO)
			result = match;
	}
	if (!not_these || result == PATTERN_UNRESOLVED)
		return result;
	return result == PATTERN_YES ? PATTERN_NO : PATTERN_YES;
}

static bool statement_matches(const struct statement *statement, const struct context *context)
{
	const struct access_question *question = context->question;

	if (list_matches(&statement->actions, statement->not_action, context, question->action) !=
		    PATTERN_YES ||
	    list_matches(&statement->resources, statement->not_resource, context,
			 question->resource) != PATTERN_YES)
		return false;
	for (size_t i = 0; i < statement->condition_count; i++)
		if (condition_holds(&statement->conditions[i], context) != PATTERN_YES)
			return false;
	return true;
}

enum access_verdict policy_judge(const struct policy *policy, const struct context *context,
				 size_t *decided)
{
	enum access_verdict verdict = ACCESS_NOT_ALLOWED;
	size_t ignored;

	if (!decided)
		decided = &ignored;
	*decided = 0;

	for (size_t i = 0; policy && i < policy->statement_count; i++) {
		const struct statement *statement = &policy->statements[i];

		/* one that allows changes nothing once another has */
		if ((!statement->denies && verdict == ACCESS_ALLOWED) ||
		    !statement_matches(statement, context))
			continue;
		*decided = i + 1;
		if (statement->denies)
			return ACCESS_DENIED;
		verdict = ACCESS_ALLOWED;
	}
	return verdict;
}
