/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One question an instance, with what a policy's conditions may look at. */
#include "ec2/permission.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "ec2/tags.h"

/* Region, zone, id; each tag of the instance under two names; each tag of the request; its keys. */
#define CONTEXT_MAX (4 + 2 * (TAGS_MAX + 1) + TAGS_MAX + 1)

struct context {
	struct access_key_values keys[CONTEXT_MAX];
	const char *values[CONTEXT_MAX];
	char *names[CONTEXT_MAX]; /* those that were made */
	const char *tag_keys[TAGS_MAX];
	size_t count, name_count, tag_key_count;
};

static void context_done(struct context *c)
{
	for (size_t i = 0; i < c->name_count; i++)
		free(c->names[i]);
}

static void add(struct context *c, const char *key, const char *value)
{
	if (c->count == CONTEXT_MAX)
		return;
	c->values[c->count] = value;
	c->keys[c->count] = (struct access_key_values){key, &c->values[c->count], 1};
	c->count++;
}

static void add_tag(struct context *c, const char *prefix, const char *key, const char *value)
{
	if (c->name_count == CONTEXT_MAX)
		return;
	c->names[c->name_count] = xasprintf("%s/%s", prefix, key);
	add(c, c->names[c->name_count++], value);
}

static void add_instance(struct context *c, const struct ec2_call *call, const struct watch *w)
{
	struct tag tag;

	add(c, "ec2:InstanceID", w->instance_id);
	for (size_t n = 0; tags_item(call->ec2->tags, w, n, &tag); n++) {
		add_tag(c, "aws:ResourceTag", tag.key, tag.value);
		add_tag(c, "ec2:ResourceTag", tag.key, tag.value);
	}
}

/* The tags of the request itself. */
static void add_request(struct context *c, const struct ec2_call *call)
{
	const struct value *value;
	size_t at = 0, n;

	while ((value = values_next(&call->values, "Tag", &at, &n)) &&
	       c->tag_key_count < TAGS_MAX) {
		const char *key = NULL, *text = "";

		for (size_t i = 0; i < n; i++)
			if (!strcmp(value[i].member->name, "Key"))
				key = value[i].text;
			else
				text = value[i].text;
		if (!key)
			continue;
		add_tag(c, "aws:RequestTag", key, text);
		c->tag_keys[c->tag_key_count++] = key;
	}
	if (c->tag_key_count && c->count < CONTEXT_MAX)
		c->keys[c->count++] =
			(struct access_key_values){"aws:TagKeys", c->tag_keys, c->tag_key_count};
}

static bool may(struct ec2_call *call, const char *resource, const struct watch *w)
{
	CLEANUP(context_done) struct context context = {0};
	struct access_question question = {
		.principal = &call->principal,
		.resource = resource,
		.origin = &call->origin,
		.context = context.keys,
	};
	enum access_verdict verdict;
	char action[80], zone[INSTANCE_ZONE];

	snprintf(action, sizeof(action), "ec2:%s", call->action->name);
	question.action = action;
	add(&context, "ec2:Region", access_region(call->ec2->access));
	if (w) {
		instance_zone(access_region(call->ec2->access), zone);
		add(&context, "ec2:AvailabilityZone", zone);
		add_instance(&context, call, w);
	}
	add_request(&context, call);
	question.context_count = context.count;
	verdict = access_allowed(call->ec2->access, &question);
	if (verdict == ACCESS_ALLOWED)
		return true;
	call->fault.code = FAULT_UNAUTHORIZED;
	access_words(&question, verdict, call->fault.message, sizeof(call->fault.message));
	return false;
}

bool permission_given(struct ec2_call *call)
{
	const char *ids = call->action->ids;
	size_t count;

	if (call->action->scope == EC2_ON_NOBODY)
		return true;
	if (call->action->scope == EC2_ON_ALL)
		return may(call, "*", NULL);
	count = values_count(&call->values, ids);
	for (size_t i = 0; i < count; i++) {
		const char *id = values_item(&call->values, ids, i);
		char arn[ACCESS_ARN];

		access_instance_arn(call->ec2->access, id, arn);
		if (!may(call, arn, instances_find(&call->ec2->instances, id)))
			return false;
	}
	return true;
}
