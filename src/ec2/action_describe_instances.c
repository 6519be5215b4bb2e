/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DescribeInstances: each machine is an instance in a reservation of its own. */
#include <stdio.h>
#include <string.h>

#include "ec2/actions.h"
#include "ec2/tags.h"

#define RESERVATION 20 /* "r-" and 17 hex digits, NUL */

static void reservation_id(const struct watch *w, char id[RESERVATION])
{
	snprintf(id, RESERVATION, "r-%s", w->instance_id + 2);
}

/* The guest's own name, from dint-guest; "" where it has told none. */
static const char *host_name(const struct watch *w)
{
	return w->readiness ? w->readiness->host_name : "";
}

static void write_empty(struct xml *x, const char *set)
{
	xml_open(x, set);
	xml_close(x);
}

static void write_placement(struct xml *x, const struct instance *i)
{
	char zone[INSTANCE_ZONE];

	instance_zone(i->region, zone);
	xml_open(x, "placement");
	xml_text(x, "availabilityZone", zone);
	xml_text(x, "groupName", "");
	xml_text(x, "tenancy", "default");
	xml_close(x);
}

static void write_tags(struct xml *x, const struct instance *i)
{
	struct tag tag;

	xml_open(x, "tagSet");
	for (size_t n = 0; tags_item(i->tags, i->watch, n, &tag); n++) {
		xml_open(x, "item");
		xml_text(x, "key", tag.key);
		xml_text(x, "value", tag.value);
		xml_close(x);
	}
	xml_close(x);
}

/* What is the matter with it stands where EC2 tells why an instance stopped. */
static void write_reason(struct xml *x, const struct instance *i)
{
	xml_text(x, "reason", i->health.why ? i->health.why : "");
	if (i->health.guest != HEALTH_IMPAIRED)
		return;
	xml_open(x, "stateReason");
	xml_text(x, "code", "Server.InstanceImpaired");
	xml_text(x, "message", i->health.why);
	xml_close(x);
}

static void write_instance(struct xml *x, const struct instance *i)
{
	xml_open(x, "item");
	xml_text(x, "instanceId", i->watch->instance_id);
	instance_write_state(x, "instanceState", i->health.power);
	xml_text(x, "privateDnsName", host_name(i->watch));
	xml_text(x, "dnsName", "");
	write_reason(x, i);
	xml_text(x, "amiLaunchIndex", "0");
	write_empty(x, "productCodes");
	xml_text(x, "instanceType", i->watch->config->driver);
	xml_time(x, "launchTime", instance_launched_us(i));
	write_placement(x, i);
	xml_open(x, "monitoring");
	xml_text(x, "state", "disabled");
	xml_close(x);
	write_empty(x, "groupSet");
	write_empty(x, "blockDeviceMapping");
	xml_text(x, "virtualizationType", "hvm");
	write_tags(x, i);
	write_empty(x, "networkInterfaceSet");
	xml_close(x);
}

static void write_reservation(struct xml *x, const struct instance *i)
{
	char id[RESERVATION];

	reservation_id(i->watch, id);
	xml_open(x, "item");
	xml_text(x, "reservationId", id);
	xml_text(x, "ownerId", i->account);
	write_empty(x, "groupSet");
	xml_open(x, "instancesSet");
	write_instance(x, i);
	xml_close(x);
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
	if (filters_match(&call->filters, &i) && page_takes(&call->page, w->instance_id))
		write_reservation(x, &i);
}

static void run(struct ec2_call *call)
{
	const struct instances *all = &call->ec2->instances;
	struct xml *x = ec2_begin(call);

	xml_open(x, "reservationSet");
	for (size_t i = 0; i < call->target_count; i++)
		look_at(call, call->targets[i], x);
	for (size_t i = 0; !call->target_count && i < all->count; i++)
		look_at(call, all->items[i], x);
	xml_close(x);
	page_write_token(&call->page, x);
	ec2_answer(call);
}

/* ---- filters ---- */

static const char *reservation(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct instance *i = thing;

	(void)rest;
	reservation_id(i->watch, scratch);
	return n ? NULL : scratch;
}

static const char *owner(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct instance *i = thing;

	(void)rest;
	(void)scratch;
	return n ? NULL : i->account;
}

static const char *dns_name(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct instance *i = thing;

	(void)rest;
	(void)scratch;
	return n || !*host_name(i->watch) ? NULL : host_name(i->watch);
}

static const char *type(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct instance *i = thing;

	(void)rest;
	(void)scratch;
	return n ? NULL : i->watch->config->driver;
}

static const char *launch_time(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct instance *i = thing;

	(void)rest;
	xml_time_text(instance_launched_us(i), scratch);
	return n ? NULL : scratch;
}

static const char *hvm(const void *thing, const char *rest, size_t n, char *scratch)
{
	(void)thing;
	(void)rest;
	(void)scratch;
	return n ? NULL : "hvm";
}

static const char *reason_code(const void *thing, const char *rest, size_t n, char *scratch)
{
	const struct instance *i = thing;

	(void)rest;
	(void)scratch;
	return n || i->health.guest != HEALTH_IMPAIRED ? NULL : "Server.InstanceImpaired";
}

/* Those of EC2's filters that no machine of ours has anything under have no function. */
static const struct filter_kind filters[] = {
	{"instance-id", instance_filter_id},
	{"instance-state-name", instance_filter_state},
	{"instance-state-code", instance_filter_code},
	{"availability-zone", instance_filter_zone},
	{"tag:", instance_filter_tag},
	{"tag-key", instance_filter_tag_key},
	{"tag-value", instance_filter_tag_value},
	{"reservation-id", reservation},
	{"owner-id", owner},
	{"private-dns-name", dns_name},
	{"instance-type", type},
	{"launch-time", launch_time},
	{"virtualization-type", hvm},
	{"state-reason-code", reason_code},
	{"affinity", NULL},
	{"architecture", NULL},
	{"block-device-mapping.volume-id", NULL},
	{"client-token", NULL},
	{"dns-name", NULL},
	{"group-id", NULL},
	{"group-name", NULL},
	{"hypervisor", NULL},
	{"image-id", NULL},
	{"instance-lifecycle", NULL},
	{"instance.group-id", NULL},
	{"instance.group-name", NULL},
	{"ip-address", NULL},
	{"kernel-id", NULL},
	{"key-name", NULL},
	{"network-interface.addresses.private-ip-address", NULL},
	{"platform", NULL},
	{"private-ip-address", NULL},
	{"product-code", NULL},
	{"root-device-name", NULL},
	{"root-device-type", NULL},
	{"subnet-id", NULL},
	{"tenancy", NULL},
	{"vpc-id", NULL},
	{0},
};

static const struct parameter parameters[] = {
	{.name = "InstanceId", .list = true},
	{.name = "IncludeManagedResources", .kind = PARAMETER_BOOL},
	{0},
};

const struct ec2_action action_describe_instances = {
	.name = "DescribeInstances",
	.scope = EC2_ON_ALL,
	.ids = "InstanceId",
	.parameters = parameters,
	.filters = filters,
	.pages = true,
	.run = run,
};
