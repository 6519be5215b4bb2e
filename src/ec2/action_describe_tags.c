/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DescribeTags: a line for each tag of each instance, by instance, then key. */
#include <stdio.h>
#include <string.h>

#include "ec2/actions.h"
#include "ec2/tags.h"

struct line {
	const char *resource;
	struct tag tag;
};

static void look_at(struct ec2_call *call, const struct line *line, struct xml *x)
{
	char name[PAGE_NAME];

	snprintf(name, sizeof(name), "%s %s", line->resource, line->tag.key);
	if (!filters_match(&call->filters, line) || !page_takes(&call->page, name))
		return;
	xml_open(x, "item");
	xml_text(x, "resourceId", line->resource);
	xml_text(x, "resourceType", "instance");
	xml_text(x, "key", line->tag.key);
	xml_text(x, "value", line->tag.value);
	xml_close(x);
}

static void run(struct ec2_call *call)
{
	const struct instances *all = &call->ec2->instances;
	struct xml *x = ec2_begin(call);

	xml_open(x, "tagSet");
	for (size_t i = 0; i < all->count && !call->page.full; i++) {
		struct line line = {.resource = all->items[i]->instance_id};

		for (size_t n = 0; tags_item(call->ec2->tags, all->items[i], n, &line.tag); n++)
			look_at(call, &line, x);
	}
	xml_close(x);
	page_write_token(&call->page, x);
	ec2_answer(call);
}

/* ---- filters ---- */

static const char *key(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct line *line = thing;

	(void)rest;
	(void)scratch;
	return n ? NULL : line->tag.key;
}

static const char *value(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct line *line = thing;

	(void)rest;
	(void)scratch;
	return n ? NULL : line->tag.value;
}

static const char *resource(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct line *line = thing;

	(void)rest;
	(void)scratch;
	return n ? NULL : line->resource;
}

static const char *type(const void *thing, const char *rest, size_t n, char *scratch)
{
	(void)thing;
	(void)rest;
	(void)scratch;
	return n ? NULL : "instance";
}

static const char *keyed(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct line *line = thing;

	(void)scratch;
	return n || strcmp(line->tag.key, rest) ? NULL : line->tag.value;
}

static const struct filter_kind filters[] = {
	{"key", key},	 {"value", value}, {"resource-id", resource}, {"resource-type", type},
	{"tag:", keyed}, {"tag-key", key}, {"tag-value", value},      {0},
};

const struct ec2_action action_describe_tags = {
	.name = "DescribeTags",
	.scope = EC2_ON_ALL,
	.filters = filters,
	.pages = true,
	.run = run,
};
