/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of types and paths to members, on the way to a member (types.c, members.c, enums.c). */
#pragma once
#include "kernel/btf.h"
#include "kernel/types.h"

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

enum path_outcome { PATH_FOUND, PATH_ABSENT, PATH_BROKEN };

/* Where a path has led: bits from the start of the object, and what is there. */
struct path_place {
	uint64_t bits;
	uint32_t type;
	uint32_t bit_size; /* of a bit field; 0: none */
};

/* Follows a path ("se.load[2].weight") from the place on. PATH_BROKEN: err says why. */
enum path_outcome path_follow(struct btf *btf, const char *path, struct path_place *place,
			      struct dint_error *err);
/* What is at a place, as a member. */
bool path_member(struct btf *btf, const struct path_place *place, struct member *member,
		 struct dint_error *err);

/* The name of a value in an enumeration; NULL: none. */
const char *enum_name_in(struct btf *btf, const struct btf_type *type, int64_t value);
