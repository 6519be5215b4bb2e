/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths through types that are at hand: what types.h does with names, for who shows whole objects.
 */
#pragma once
#include "kernel/btf.h"
#include "kernel/types.h"

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
