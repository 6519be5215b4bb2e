/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A call's parameters, read as its action's record declares them.
 *
 * EC2 writes lists flat, numbered from 1 and in any order, with gaps if it likes; a structure's
 * members follow a dot:
 *
 *	InstanceId.1=i-…  InstanceId.7=i-…  Filter.1.Name=…  Filter.1.Value.2=…
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ec2/fault.h"
#include "ec2/form.h"

#define PARAMETER_TABLES_MAX 4
/* An index that our clients write; botocore counts from 1 and the lists are short. */
#define PARAMETER_INDEX_MAX 1000000

enum parameter_kind { PARAMETER_TEXT, PARAMETER_BOOL, PARAMETER_NUMBER };

struct parameter {
	const char *name; /* on the wire; NULL ends a table */
	enum parameter_kind kind;
	bool list;
	bool required;
	const struct parameter *members; /* of a structure; NULL: a plain value */
};

struct value {
	const struct parameter *parameter, *member; /* member NULL: a plain value */
	uint32_t index, member_index;		    /* 0: no list */
	const char *text;			    /* the form's */
};

struct values {
	struct value *items; /* each parameter's together, by index, member, member_index */
	size_t count;
};

/* Reads the form; what it holds lives as long as the form. Action, Version and, in the query, the
 * signature's own parameters (X-Amz-…) are passed over. */
bool values_read(const struct form *form, const struct parameter *const tables[],
		 struct values *values, struct fault *fault);
void values_done(struct values *values);

/* A plain value; NULL where it is absent. */
const char *values_text(const struct values *values, const char *name);
bool values_bool(const struct values *values, const char *name);
/* 0 where it is absent; values_read has looked at its digits. */
uint64_t values_number(const struct values *values, const char *name);
/* How many items a plain list has, and its n-th. */
size_t values_count(const struct values *values, const char *name);
const char *values_item(const struct values *values, const char *name, size_t n);
/* Steps through a list of structures: the members of one item are *n values from the one that is
 * returned. Begin with *at 0; NULL at the end. */
const struct value *values_next(const struct values *values, const char *name, size_t *at,
				size_t *n);
