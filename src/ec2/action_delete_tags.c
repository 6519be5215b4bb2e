/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DeleteTags: a key alone takes the tag away whatever its value, a key with a value only where it
 * has that one; no tag at all takes away all that somebody gave. */
#include <string.h>

#include "base/cleanup.h"
#include "ec2/actions.h"
#include "ec2/tag_changes.h"
#include "ec2/tags.h"

static bool take_named(struct ec2_call *call, const struct watch *w, struct tag_changes *changes)
{
	struct tag_wish wish;
	size_t at = 0;

	while (tag_wish_next(call, &at, &wish)) {
		const char *value = tags_value(call->ec2->tags, w, wish.key);

		if (value && (!wish.value || !strcmp(value, wish.value)))
			tag_changes_add(changes, w->instance_id, wish.key, NULL);
	}
	return !call->fault.code;
}

static void take_all(struct ec2_call *call, const struct watch *w, struct tag_changes *changes)
{
	struct tag tag;

	for (size_t n = 0; tags_item(call->ec2->tags, w, n, &tag); n++)
		tag_changes_add(changes, w->instance_id, tag.key, NULL);
}

static void run(struct ec2_call *call)
{
	CLEANUP(tag_changes_done) struct tag_changes changes = {0};
	bool named = values_count(&call->values, "Tag") > 0;

	for (size_t i = 0; i < call->target_count; i++) {
		if (!named)
			take_all(call, call->targets[i], &changes);
		else if (!take_named(call, call->targets[i], &changes))
			return ec2_refuse(call);
	}
	tag_changes_commit(call, &changes);
}

static const struct parameter tag_members[] = {{.name = "Key"}, {.name = "Value"}, {0}};

static const struct parameter parameters[] = {
	{.name = "ResourceId", .list = true, .required = true},
	{.name = "Tag", .list = true, .members = tag_members},
	{0},
};

const struct ec2_action action_delete_tags = {
	.name = "DeleteTags",
	.changes = true,
	.scope = EC2_ON_INSTANCES,
	.ids = "ResourceId",
	.parameters = parameters,
	.run = run,
};
