/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DescribeInstanceStatus: what dint knows of each machine's health, and since when. */
#include "ec2/actions.h"

#define IDS_MAX 100 /* that may be named, as EC2 has it */

static const struct {
	const char *status, *detail; /* detail NULL: there is none */
} words[] = {
	[HEALTH_OK] = {"ok", "passed"},
	[HEALTH_IMPAIRED] = {"impaired", "failed"},
	[HEALTH_INITIALIZING] = {"initializing", "initializing"},
	[HEALTH_INSUFFICIENT] = {"insufficient-data", "insufficient-data"},
	[HEALTH_NOT_APPLICABLE] = {"not-applicable", NULL},
};

static void write_status(struct xml *x, const char *element, enum health_word word,
			 uint64_t since_us)
{
	xml_open(x, element);
	xml_text(x, "status", words[word].status);
	if (words[word].detail) {
		xml_open(x, "details");
		xml_open(x, "item");
		if (word == HEALTH_IMPAIRED)
			xml_time(x, "impairedSince", since_us);
		xml_text(x, "name", "reachability");
		xml_text(x, "status", words[word].detail);
		xml_close(x);
		xml_close(x);
	}
	xml_close(x);
}

static void write_item(struct xml *x, const struct instance *i)
{
	char zone[INSTANCE_ZONE];

	instance_zone(i->region, zone);
	xml_open(x, "item");
	xml_text(x, "instanceId", i->watch->instance_id);
	xml_text(x, "availabilityZone", zone);
	instance_write_state(x, "instanceState", i->health.power);
	write_status(x, "systemStatus", i->health.host, i->health.host_since_us);
	write_status(x, "instanceStatus", i->health.guest, i->health.guest_since_us);
	xml_close(x);
}

static void look_at(struct ec2_call *call, const struct watch *w, struct xml *x)
{
	struct instance i = {
		.watch = w,
		.tags = call->ec2->tags,
		.account = access_account(call->ec2->access),
		.region = access_region(call->ec2->access),
	};

	if (call->page.full)
		return;
	health_of(w, &i.health);
	if (i.health.power != HEALTH_RUNNING && !values_bool(&call->values, "IncludeAllInstances"))
		return;
	if (filters_match(&call->filters, &i) && page_takes(&call->page, w->instance_id))
		write_item(x, &i);
}

static void run(struct ec2_call *call)
{
	const struct instances *all = &call->ec2->instances;
	struct xml *x;

	if (call->target_count > IDS_MAX)
		return ec2_refuse_with(call, FAULT_INVALID_VALUE,
				       "At most %d instance IDs may be given", IDS_MAX);
	x = ec2_begin(call);
	xml_open(x, "instanceStatusSet");
	for (size_t i = 0; i < call->target_count; i++)
		look_at(call, call->targets[i], x);
	for (size_t i = 0; !call->target_count && i < all->count; i++)
		look_at(call, all->items[i], x);
	xml_close(x);
	page_write_token(&call->page, x);
	ec2_answer(call);
}

/* ---- filters ---- */

static const char *guest_status(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct instance *i = thing;

	(void)rest;
	(void)scratch;
	return n ? NULL : words[i->health.guest].status;
}

static const char *guest_detail(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct instance *i = thing;

	(void)rest;
	(void)scratch;
	return n ? NULL : words[i->health.guest].detail;
}

static const char *host_status(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct instance *i = thing;

	(void)rest;
	(void)scratch;
	return n ? NULL : words[i->health.host].status;
}

static const char *host_detail(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct instance *i = thing;

	(void)rest;
	(void)scratch;
	return n ? NULL : words[i->health.host].detail;
}

static const struct filter_kind filters[] = {
	{"instance-id", instance_filter_id},
	{"instance-state-name", instance_filter_state},
	{"instance-state-code", instance_filter_code},
	{"availability-zone", instance_filter_zone},
	{"instance-status.status", guest_status},
	{"instance-status.reachability", guest_detail},
	{"system-status.status", host_status},
	{"system-status.reachability", host_detail},
	{"tag:", instance_filter_tag},
	{"tag-key", instance_filter_tag_key},
	{"application-status.status", NULL},
	{"attached-ebs-status.status", NULL},
	{"event.code", NULL},
	{"event.description", NULL},
	{"event.instance-event-id", NULL},
	{"event.not-after", NULL},
	{"event.not-before", NULL},
	{"event.not-before-deadline", NULL},
	{0},
};

static const struct parameter parameters[] = {
	{.name = "InstanceId", .list = true},
	{.name = "IncludeAllInstances", .kind = PARAMETER_BOOL},
	{.name = "IncludeManagedResources", .kind = PARAMETER_BOOL},
	{0},
};

const struct ec2_action action_describe_instance_status = {
	.name = "DescribeInstanceStatus",
	.scope = EC2_ON_ALL,
	.ids = "InstanceId",
	.parameters = parameters,
	.filters = filters,
	.pages = true,
	.run = run,
};
