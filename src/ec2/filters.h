/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filter.N.Name and Filter.N.Value.M: values of one filter are alternatives, several filters must
 * all hold. A value may have '*' and '?', which '\' makes ordinary; case counts.
 *
 * What a filter looks at is a row: its name, and a function that tells the values that a thing has
 * under it. A thing with no value matches nothing.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "ec2/parameters.h"

#define FILTERS_MAX	  50
#define FILTER_VALUES_MAX 200 /* of one filter */
#define FILTER_SCRATCH	  64

/* Tells the n-th value that a thing has, NULL behind the last one; scratch is room for a value that
 * is made. rest is what a name that ends in ':' was followed by. */
typedef const char *filter_value_fn(const void *thing, const char *rest, size_t n,
				    char scratch[FILTER_SCRATCH]);

struct filter_kind {
	const char *name;	/* "tag:" stands for all that begin so; NULL ends a table */
	filter_value_fn *value; /* NULL: EC2 knows this filter, and no thing of ours has it */
};

struct filter {
	const struct filter_kind *kind;
	const char *rest;
	const char **values;
	size_t count;
};

struct filters {
	struct filter *items;
	size_t count;
};

/* The parameter's record, for an action's table. */
extern const struct parameter filter_parameters[];

/* What is read lives as long as the form behind the values. */
bool filters_read(const struct values *values, const struct filter_kind *kinds,
		  struct filters *filters, struct fault *fault);
void filters_done(struct filters *filters);
/* Whether the thing passes them all. */
bool filters_match(const struct filters *filters, const void *thing);

bool filter_text_matches(const char *pattern, const char *text);
