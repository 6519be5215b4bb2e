/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MaxResults and NextToken. Things are listed in an order of names that does not change, and a
 * token says behind which name to go on: it stays right while things come and go between pages.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "ec2/parameters.h"
#include "ec2/xml.h"

#define PAGE_LEAST 5
#define PAGE_MOST  1000
/* The longest name is a tag's: resource, key of 128 characters. */
#define PAGE_NAME 640

struct page {
	size_t most;	       /* 0: all on one page */
	char after[PAGE_NAME]; /* "": from the beginning */
	size_t count;	       /* on this page so far */
	bool full;	       /* there was more than fits */
	char last[PAGE_NAME];  /* the last one on it */
};

/* The parameters' records, for an action's table. */
extern const struct parameter page_parameters[];

/* Ids is the list that must not stand beside MaxResults; NULL: there is none. */
bool page_read(const struct values *values, const char *ids, struct page *page,
	       struct fault *fault);
/* Whether this thing, the next in order that passed the filters, belongs on the page; false also
 * for all behind the end of it. */
bool page_takes(struct page *page, const char *name);
/* nextToken, where something is left. */
void page_write_token(const struct page *page, struct xml *x);
