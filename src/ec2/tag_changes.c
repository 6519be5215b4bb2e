/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows first, then memory, then the answer. */
#include "ec2/tag_changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "ec2/tags.h"

struct commit {
	struct ec2_call *call;
	struct tag_changes changes;
};

void tag_changes_add(struct tag_changes *changes, const char *instance_id, const char *key,
		     const char *value)
{
	changes->items = xgrow(changes->items, changes->count, sizeof(*changes->items));
	changes->items[changes->count++] =
		(struct tag_change){instance_id, xstrdup(key), xstrdup_null(value)};
}

void tag_changes_done(struct tag_changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		free(changes->items[i].key);
		free(changes->items[i].value);
	}
	free(changes->items);
	*changes = (struct tag_changes){0};
}

static bool write_rows(struct store_writer *writer, void *arg, struct dint_error *err)
{
	const struct tag_changes *changes = &((struct commit *)arg)->changes;

	for (size_t i = 0; i < changes->count; i++) {
		const struct tag_change *change = &changes->items[i];
		struct tag_row row = {.resource = (char *)(uintptr_t)change->instance_id,
				      .key = change->key,
				      .value = change->value};

		if (change->value ? !tag_put(writer, &row, err)
				  : !tag_delete(writer, row.resource, row.key, err))
			return false;
	}
	return true;
}

static void on_written(void *arg, const struct dint_error *err)
{
	struct commit *commit = arg;
	struct ec2_call *call = commit->call;

	for (size_t i = 0; !err && i < commit->changes.count; i++) {
		const struct tag_change *change = &commit->changes.items[i];

		tags_set(call->ec2->tags, change->instance_id, change->key, change->value);
	}
	tag_changes_done(&commit->changes);
	free(commit);
	if (err)
		ec2_refuse_with(call, FAULT_INTERNAL, "The tags could not be kept: %s",
				err->message);
	else
		ec2_answer_true(call);
}

void tag_changes_commit(struct ec2_call *call, struct tag_changes *changes)
{
	struct commit *commit = xcalloc(1, sizeof(*commit));

	commit->call = call;
	commit->changes = TAKE(*changes);
	store_submit(call->ec2->site->store, write_rows, on_written, commit);
}

static size_t characters(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static bool is_fit(struct ec2_call *call, const struct tag_wish *wish, unsigned number)
{
	if (!wish->key)
		return fault_fail(&call->fault, FAULT_MISSING_PARAMETER,
				  "The request must contain the parameter Tag.%u.Key", number);
	if (!*wish->key || characters(wish->key) > TAG_KEY_MAX)
		return fault_fail(&call->fault, FAULT_INVALID_VALUE,
				  "Tag.%u.Key must have between 1 and %d characters", number,
				  TAG_KEY_MAX);
	if (!strncasecmp(wish->key, "aws:", 4))
		return fault_fail(&call->fault, FAULT_INVALID_VALUE,
				  "Tag keys starting with 'aws:' are reserved for internal use");
	if (wish->value && characters(wish->value) > TAG_VALUE_MAX)
		return fault_fail(&call->fault, FAULT_INVALID_VALUE,
				  "Tag.%u.Value must have at most %d characters", number,
				  TAG_VALUE_MAX);
	return true;
}

bool tag_wish_next(struct ec2_call *call, size_t *at, struct tag_wish *wish)
{
	size_t n;
	const struct value *value = values_next(&call->values, "Tag", at, &n);

	*wish = (struct tag_wish){0};
	if (!value)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(value[i].member->name, "Key"))
			wish->key = value[i].text;
		else
			wish->value = value[i].text;
	return is_fit(call, wish, value->index);
}
