/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys that follow from the principal, the origin and the clock; then those of the call, which say
 * what does not follow (a simulation has no origin). */
#include "access/context_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/units.h"

/* Writes the value into text; false: the key is absent. */
typedef bool key_fn(const struct context *context, char text[CONTEXT_TEXT]);

static bool put(char text[CONTEXT_TEXT], const char *value)
{
	if (!value || strlen(value) >= CONTEXT_TEXT)
		return false;
	memcpy(text, value, strlen(value) + 1);
	return true;
}

static bool user_name(const struct context *context, char text[CONTEXT_TEXT])
{
	return put(text, context->question->principal->user);
}

static bool user_id(const struct context *context, char text[CONTEXT_TEXT])
{
	return put(text, context->question->principal->user_id);
}

static bool principal_arn(const struct context *context, char text[CONTEXT_TEXT])
{
	return put(text, context->question->principal->arn);
}

static bool principal_type(const struct context *context, char text[CONTEXT_TEXT])
{
	(void)context;
	return put(text, "User");
}

static bool account(const struct context *context, char text[CONTEXT_TEXT])
{
	return put(text, context->account);
}

static bool region(const struct context *context, char text[CONTEXT_TEXT])
{
	return put(text, context->region);
}

static bool source_ip(const struct context *context, char text[CONTEXT_TEXT])
{
	return context->question->origin && put(text, context->question->origin->address);
}

static bool secure_transport(const struct context *context, char text[CONTEXT_TEXT])
{
	return context->question->origin &&
	       put(text, context->question->origin->secure ? "true" : "false");
}

static bool current_time(const struct context *context, char text[CONTEXT_TEXT])
{
	char whole[CLOCK_TEXT];

	clock_text(context->wall_us, whole);
	snprintf(text, CONTEXT_TEXT, "%.19sZ", whole);
	return true;
}

static bool epoch_time(const struct context *context, char text[CONTEXT_TEXT])
{
	snprintf(text, CONTEXT_TEXT, "%" PRIu64, context->wall_us / 1000000);
	return true;
}

static const struct {
	const char *key;
	key_fn *value;
} followed[] = {
	{"aws:username", user_name},	     {"aws:userid", user_id},
	{"aws:PrincipalArn", principal_arn}, {"aws:PrincipalType", principal_type},
	{"aws:PrincipalAccount", account},   {"aws:ResourceAccount", account},
	{"aws:RequestedRegion", region},     {"ec2:Region", region},
	{"aws:SourceIp", source_ip},	     {"aws:SecureTransport", secure_transport},
	{"aws:CurrentTime", current_time},   {"aws:EpochTime", epoch_time},
};

static void found_one(struct context_values *found, const char *value)
{
	found->one[0] = value;
	found->values = found->one;
	found->count = 1;
	found->present = true;
}

static void find_in_call(const struct context *context, const char *key,
			 struct context_values *found)
{
	const struct access_question *question = context->question;

	for (size_t i = 0; i < question->context_count; i++) {
		if (strcasecmp(question->context[i].key, key) != 0)
			continue;
		found->values = question->context[i].values;
		found->count = question->context[i].count;
		found->present = true;
		return;
	}
}

void context_find(const struct context *context, const char *key, struct context_values *found)
{
	const struct access_origin *origin = context->question->origin;

	found->count = 0;
	found->present = false;
	if (!strcasecmp(key, "aws:UserAgent") && origin && origin->user_agent)
		found_one(found, origin->user_agent); /* of any length */
	for (size_t i = 0; i < ARRAY_SIZE(followed) && !found->present; i++)
		if (!strcasecmp(followed[i].key, key) && followed[i].value(context, found->text))
			found_one(found, found->text);
	if (!found->present)
		find_in_call(context, key, found);
}
