/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking up, and saying in EC2's words. */
#include "ec2/instances.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ec2/tags.h"

/* ---- by id ---- */

static int by_id(const void *one, const void *other)
{
	const struct watch *const *a = one, *const *b = other;

	return strcmp((*a)->instance_id, (*b)->instance_id);
}

void instances_open(struct instances *instances, const struct site *site)
{
	instances->count = site->count;
	instances->items = xcalloc(site->count + 1, sizeof(*instances->items));
	for (size_t i = 0; i < site->count; i++)
		instances->items[i] = site->watches[i];
	qsort(instances->items, instances->count, sizeof(*instances->items), by_id);
}

void instances_done(struct instances *instances)
{
	free(instances->items);
	*instances = (struct instances){0};
}

struct watch *instances_find(const struct instances *instances, const char *id)
{
	size_t low = 0, high = instances->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(instances->items[middle]->instance_id, id);

		if (!order)
			return instances->items[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool instance_id_is_one(const char *id)
{
	size_t digits;

	if (strncmp(id, "i-", 2))
		return false;
	digits = strspn(id + 2, "0123456789abcdef");
	return !id[2 + digits] && (digits == 8 || digits == 17);
}

/* ---- in EC2's words ---- */

static const struct {
	const char *name;
	unsigned code;
} states[] = {
	[HEALTH_PENDING] = {"pending", 0},
	[HEALTH_RUNNING] = {"running", 16},
	[HEALTH_STOPPING] = {"stopping", 64},
	[HEALTH_STOPPED] = {"stopped", 80},
};

const char *instance_state_name(enum health_power power)
{
	return states[power].name;
}

unsigned instance_state_code(enum health_power power)
{
	return states[power].code;
}

void instance_write_state(struct xml *x, const char *element, enum health_power power)
{
	xml_open(x, element);
	xml_number(x, "code", states[power].code);
	xml_text(x, "name", states[power].name);
	xml_close(x);
}

void instance_zone(const char *region, char zone[INSTANCE_ZONE])
{
	snprintf(zone, INSTANCE_ZONE, "%sa", region);
}

uint64_t instance_launched_us(const struct instance *i)
{
	const struct machine_kept *kept = &i->watch->kept;

	if (kept->booted_us)
		return kept->booted_us;
	return kept->run_since_us ? kept->run_since_us : i->watch->since_us;
}

/* ---- for filters ---- */

const char *instance_filter_id(const void *thing, const char *rest, size_t n,
			       char scratch[FILTER_SCRATCH])
{
	const struct instance *i = thing;

	(void)rest;
	(void)scratch;
	return n ? NULL : i->watch->instance_id;
}

const char *instance_filter_state(const void *thing, const char *rest, size_t n,
				  char scratch[FILTER_SCRATCH])
{
	const struct instance *i = thing;

	(void)rest;
	(void)scratch;
	return n ? NULL : states[i->health.power].name;
}

const char *instance_filter_code(const void *thing, const char *rest, size_t n,
				 char scratch[FILTER_SCRATCH])
{
	const struct instance *i = thing;

	(void)rest;
	snprintf(scratch, FILTER_SCRATCH, "%u", states[i->health.power].code);
	return n ? NULL : scratch;
}

const char *instance_filter_zone(const void *thing, const char *rest, size_t n,
				 char scratch[FILTER_SCRATCH])
{
	const struct instance *i = thing;
	char zone[INSTANCE_ZONE];

	(void)rest;
	instance_zone(i->region, zone);
	snprintf(scratch, FILTER_SCRATCH, "%s", zone);
	return n ? NULL : scratch;
}

const char *instance_filter_tag(const void *thing, const char *rest, size_t n,
				char scratch[FILTER_SCRATCH])
{
	const struct instance *i = thing;

	(void)scratch;
	return n ? NULL : tags_value(i->tags, i->watch, rest);
}

const char *instance_filter_tag_key(const void *thing, const char *rest, size_t n,
				    char scratch[FILTER_SCRATCH])
{
	const struct instance *i = thing;
	struct tag tag;

	(void)rest;
	(void)scratch;
	return tags_item(i->tags, i->watch, n, &tag) ? tag.key : NULL;
}

const char *instance_filter_tag_value(const void *thing, const char *rest, size_t n,
				      char scratch[FILTER_SCRATCH])
{
	const struct instance *i = thing;
	struct tag tag;

	(void)rest;
	(void)scratch;
	return tags_item(i->tags, i->watch, n, &tag) ? tag.value : NULL;
}
