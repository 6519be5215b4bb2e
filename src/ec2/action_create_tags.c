/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CreateTags: every tag to every instance that is named; one that is there gets the new value. */
#include <string.h>

#include "base/cleanup.h"
#include "ec2/actions.h"
#include "ec2/tag_changes.h"
#include "ec2/tags.h"

/* An instance has a tag set by somebody, not the preset Name. */
static bool has(const struct ec2_call *call, const struct watch *w, const char *key)
{
	const char *value = tags_value(call->ec2->tags, w, key);

	return value && value != w->config->name;
}

static bool add_all(struct ec2_call *call, const struct watch *w, struct tag_changes *changes)
{
	size_t at = 0, count = tags_count(call->ec2->tags, w);
	struct tag_wish wish;

	while (tag_wish_next(call, &at, &wish)) {
		count += !has(call, w, wish.key);
		tag_changes_add(changes, w->instance_id, wish.key, wish.value ? wish.value : "");
	}
	if (call->fault.code)
		return false;
	if (count > TAGS_MAX)
		return fault_fail(&call->fault, FAULT_TAG_LIMIT,
				  "The instance '%s' would have more than %d tags", w->instance_id,
				  TAGS_MAX);
	return true;
}

static void run(struct ec2_call *call)
{
	CLEANUP(tag_changes_done) struct tag_changes changes = {0};

	for (size_t i = 0; i < call->target_count; i++)
		if (!add_all(call, call->targets[i], &changes))
			return ec2_refuse(call);
	tag_changes_commit(call, &changes);
}

static const struct parameter tag_members[] = {{.name = "Key"}, {.name = "Value"}, {0}};

static const struct parameter parameters[] = {
	{.name = "ResourceId", .list = true, .required = true},
	{.name = "Tag", .list = true, .required = true, .members = tag_members},
	{0},
};

const struct ec2_action action_create_tags = {
	.name = "CreateTags",
	.changes = true,
	.scope = EC2_ON_INSTANCES,
	.ids = "ResourceId",
	.parameters = parameters,
	.run = run,
};
