/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A token is base 64 of "dint1:" and the last name of the page before. */
#include "ec2/page.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/cleanup.h"

#define TOKEN_MARK "dint1:"

const struct parameter page_parameters[] = {
	{.name = "MaxResults", .kind = PARAMETER_NUMBER},
	{.name = "NextToken"},
	{0},
};

static bool read_token(const char *token, struct page *page, struct fault *fault)
{
	CLEANUP(buffer_done) struct buffer plain = {0};
	struct dint_error ignored;
	const size_t mark = strlen(TOKEN_MARK);
	const char *text;

	if (!base64_decode(token, strlen(token), &plain, &ignored) || plain.size <= mark ||
	    plain.size - mark >= PAGE_NAME || memchr(plain.bytes, '\0', plain.size) ||
	    memcmp(plain.bytes, TOKEN_MARK, mark))
		return fault_fail(fault, FAULT_INVALID_NEXT_TOKEN,
				  "The token '%.60s' is invalid: give back what nextToken said",
				  token);
	text = buffer_text(&plain);
	snprintf(page->after, sizeof(page->after), "%s", text + mark);
	return true;
}

bool page_read(const struct values *values, const char *ids, struct page *page, struct fault *fault)
{
	const char *most = values_text(values, "MaxResults");
	const char *token = values_text(values, "NextToken");

	*page = (struct page){.most = values_number(values, "MaxResults")};
	if (most && page->most < PAGE_LEAST)
		return fault_fail(fault, FAULT_INVALID_VALUE,
				  "Value ( %s ) for parameter maxResults is invalid. Expecting a "
				  "value greater than or equal to %d.",
				  most, PAGE_LEAST);
	if (page->most > PAGE_MOST)
		return fault_fail(fault, FAULT_INVALID_VALUE,
				  "Value ( %s ) for parameter maxResults is invalid. Expecting a "
				  "value less than or equal to %d.",
				  most, PAGE_MOST);
	if (most && ids && values_count(values, ids))
		return fault_fail(fault, FAULT_INVALID_COMBINATION,
				  "The parameter %s cannot be used with the parameter maxResults",
				  ids);
	return !token || !*token || read_token(token, page, fault);
}

bool page_takes(struct page *page, const char *name)
{
	if (page->full || (*page->after && strcmp(name, page->after) <= 0))
		return false;
	if (page->most && page->count == page->most) {
		page->full = true;
		return false;
	}
	page->count++;
	snprintf(page->last, sizeof(page->last), "%s", name);
	return true;
}

void page_write_token(const struct page *page, struct xml *x)
{
	CLEANUP(buffer_done) struct buffer plain = {0};

	if (!page->full)
		return;
	buffer_add_text(&plain, TOKEN_MARK);
	buffer_add_text(&plain, page->last);
	xml_base64(x, "nextToken", plain.bytes, plain.size);
}
