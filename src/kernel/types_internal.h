/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of types and paths to members, on the way to a member (types.c, members.c, enums.c). */
#pragma once
#include "kernel/type_path.h"

/* Names parted by bars, one after the other: false at the end. */
struct names {
	const char *next;
	char name[TYPE_NAME_BYTES];
};

static inline struct names names_in(const char *names)
{
	return (struct names){.next = names};
}

bool names_next(struct names *names);

/* The types that a name ("foo", "module:foo") can mean, one after the other. */
struct type_search {
	struct btf *btf;
	char name[TYPE_NAME_BYTES]; /* without the module's, and without a '+' */
	uint32_t kinds, id;
	bool all; /* several types may be meant */
};

/* A module that is not there, or has no types of its own, has no such type either: DINT_NOT_FOUND.
 */
bool type_search_begin(const struct kernel *kernel, const char *name, uint32_t kinds,
		       struct type_search *search, struct dint_error *err);
/* False: no more (DINT_NOT_FOUND), or unreadable. */
bool type_search_next(struct type_search *search, struct dint_error *err);
