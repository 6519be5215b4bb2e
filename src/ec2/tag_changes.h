/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tags of several instances given or taken away in one job: all or none, durable before it is
 * answered. */
#pragma once
#include "ec2/action.h"

struct tag_change {
	const char *instance_id;
	char *key, *value; /* value NULL: taken away */
};

struct tag_changes {
	struct tag_change *items;
	size_t count;
};

void tag_changes_add(struct tag_changes *changes, const char *instance_id, const char *key,
		     const char *value);
/* Takes the changes; answers the call. */
void tag_changes_commit(struct ec2_call *call, struct tag_changes *changes);
void tag_changes_done(struct tag_changes *changes);

/* One Tag.N of the request; value NULL where it has none. */
struct tag_wish {
	const char *key, *value;
};

/* The next of the call's Tag.N, as values_next; false at the end, or with call->fault set where a
 * key is missing, too long or EC2's own. */
bool tag_wish_next(struct ec2_call *call, size_t *at, struct tag_wish *wish);
