/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DescribeRegions: the one that dintd is configured for, at the address by which it was called. */
#include <string.h>

#include "ec2/actions.h"

struct region {
	const char *name, *endpoint;
};

static bool is_wanted(struct ec2_call *call, const struct region *region)
{
	size_t count = values_count(&call->values, "RegionName");
	bool wanted = !count;

	for (size_t i = 0; i < count; i++) {
		const char *name = values_item(&call->values, "RegionName", i);

		if (strcmp(name, region->name))
			return fault_fail(&call->fault, FAULT_INVALID_VALUE,
					  "Invalid region names provided: %.100s", name);
		wanted = true;
	}
	return wanted && filters_match(&call->filters, region);
}

static void run(struct ec2_call *call)
{
	const char *host = http_header_find(call->request, "Host");
	struct region region = {access_region(call->ec2->access), host ? host : ""};
	bool wanted = is_wanted(call, &region);
	struct xml *x;

	if (call->fault.code)
		return ec2_refuse(call);
	x = ec2_begin(call);
	xml_open(x, "regionInfo");
	if (wanted) {
		xml_open(x, "item");
		xml_text(x, "regionName", region.name);
		xml_text(x, "regionEndpoint", region.endpoint);
		xml_text(x, "optInStatus", "opt-in-not-required");
		xml_close(x);
	}
	xml_close(x);
	ec2_answer(call);
}

static const char *name(const void *thing, const char *rest, size_t n, char *scratch)
{
	(void)rest;
	(void)scratch;
	return n ? NULL : ((const struct region *)thing)->name;
}

static const char *endpoint(const void *thing, const char *rest, size_t n, char *scratch)
{
	(void)rest;
	(void)scratch;
	return n ? NULL : ((const struct region *)thing)->endpoint;
}

static const char *opt_in(const void *thing, const char *rest, size_t n, char *scratch)
{
	(void)thing;
	(void)rest;
	(void)scratch;
	return n ? NULL : "opt-in-not-required";
}

static const struct filter_kind filters[] = {
	{"region-name", name}, {"endpoint", endpoint}, {"opt-in-status", opt_in}, {0}};

static const struct parameter parameters[] = {
	{.name = "RegionName", .list = true},
	{.name = "AllRegions", .kind = PARAMETER_BOOL},
	{0},
};

const struct ec2_action action_describe_regions = {
	.name = "DescribeRegions",
	.scope = EC2_ON_ALL,
	.parameters = parameters,
	.filters = filters,
	.run = run,
};
