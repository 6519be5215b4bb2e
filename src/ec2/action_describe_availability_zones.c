/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DescribeAvailabilityZones: one, named after the region as EC2's are. */
#include <stdio.h>
#include <string.h>

#include "ec2/actions.h"

struct zone {
	const char *region;
	char name[INSTANCE_ZONE], id[INSTANCE_ZONE];
};

/* Whether the list asks for this one, or for nothing; a name that is none is a fault. */
static bool is_listed(struct ec2_call *call, const char *list, const char *name)
{
	size_t count = values_count(&call->values, list);

	for (size_t i = 0; i < count; i++)
		if (strcmp(values_item(&call->values, list, i), name))
			return fault_fail(&call->fault, FAULT_INVALID_VALUE,
					  "Invalid availability zone: [%.100s]",
					  values_item(&call->values, list, i));
	return true;
}

static void write_zone(struct xml *x, const struct zone *zone)
{
	xml_open(x, "item");
	xml_text(x, "zoneName", zone->name);
	xml_text(x, "zoneState", "available");
	xml_text(x, "regionName", zone->region);
	xml_open(x, "messageSet");
	xml_close(x);
	xml_text(x, "zoneId", zone->id);
	xml_text(x, "groupName", zone->region);
	xml_text(x, "networkBorderGroup", zone->region);
	xml_text(x, "zoneType", "availability-zone");
	xml_text(x, "optInStatus", "opt-in-not-required");
	xml_close(x);
}

static void run(struct ec2_call *call)
{
	struct zone zone = {.region = access_region(call->ec2->access)};
	struct xml *x;

	instance_zone(zone.region, zone.name);
	snprintf(zone.id, sizeof(zone.id), "%s-az1", zone.region);
	if (!is_listed(call, "ZoneName", zone.name) || !is_listed(call, "ZoneId", zone.id))
		return ec2_refuse(call);
	x = ec2_begin(call);
	xml_open(x, "availabilityZoneInfo");
	if (filters_match(&call->filters, &zone))
		write_zone(x, &zone);
	xml_close(x);
	ec2_answer(call);
}

static const char *zone_name(const void *thing, const char *rest, size_t n, char *scratch)
{
	(void)rest;
	(void)scratch;
	return n ? NULL : ((const struct zone *)thing)->name;
}

static const char *zone_id(const void *thing, const char *rest, size_t n, char *scratch)
{
	(void)rest;
	(void)scratch;
	return n ? NULL : ((const struct zone *)thing)->id;
}

static const char *region(const void *thing, const char *rest, size_t n, char *scratch)
{
	(void)rest;
	(void)scratch;
	return n ? NULL : ((const struct zone *)thing)->region;
}

static const char *available(const void *thing, const char *rest, size_t n, char *scratch)
{
	(void)thing;
	(void)rest;
	(void)scratch;
	return n ? NULL : "available";
}

static const char *type(const void *thing, const char *rest, size_t n, char *scratch)
{
	(void)thing;
	(void)rest;
	(void)scratch;
	return n ? NULL : "availability-zone";
}

static const char *opt_in(const void *thing, const char *rest, size_t n, char *scratch)
{
	(void)thing;
	(void)rest;
	(void)scratch;
	return n ? NULL : "opt-in-not-required";
}

static const struct filter_kind filters[] = {
	{"zone-name", zone_name},
	{"zone-id", zone_id},
	{"region-name", region},
	{"group-name", region},
	{"network-border-group", region},
	{"state", available},
	{"zone-type", type},
	{"opt-in-status", opt_in},
	{"message", NULL},
	{"parent-zone-id", NULL},
	{"parent-zone-name", NULL},
	{0},
};

static const struct parameter parameters[] = {
	{.name = "ZoneName", .list = true},
	{.name = "ZoneId", .list = true},
	{.name = "AllAvailabilityZones", .kind = PARAMETER_BOOL},
	{0},
};

const struct ec2_action action_describe_availability_zones = {
	.name = "DescribeAvailabilityZones",
	.scope = EC2_ON_ALL,
	.parameters = parameters,
	.filters = filters,
	.run = run,
};
