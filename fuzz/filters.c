/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A form's parameters, read as an action's that has filters and pages, and the filters applied. */
#include "ec2/filters.h"
#include "base/cleanup.h"
#include "ec2/page.h"

static const struct parameter own[] = {
	{.name = "InstanceId", .list = true},
	{.name = "DryRun", .kind = PARAMETER_BOOL},
	{0},
};

static const char *text(const void *thing, const char *rest, size_t n, char *scratch)
{
	(void)rest;
	(void)scratch;
	return n ? NULL : thing;
}

static const struct filter_kind kinds[] = {
	{"instance-id", text}, {"tag:", text}, {"vpc-id", NULL}, {0}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct parameter *const tables[] = {own, filter_parameters, page_parameters,
							 NULL};
	CLEANUP(form_done) struct form form = {0};
	CLEANUP(values_done) struct values values = {0};
	CLEANUP(filters_done) struct filters filters = {0};
	struct dint_error err;
	struct fault fault;
	struct page page;

	if (!form_parse("", data, size, &form, &err) ||
	    !values_read(&form, tables, &values, &fault))
		return 0;
	page_read(&values, "InstanceId", &page, &fault);
	if (filters_read(&values, kinds, &filters, &fault))
		filters_match(&filters, "i-0123456789abcdef0");
	return 0;
}
