/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An open BTF: what walking (btf_walk.c) and reading (btf.c) share. */
#pragma once
#include <pthread.h>

#include "kernel/btf.h"
#include "kernel/window.h"

#define BTF_HEADER_BYTES 24 /* 32 with a layout: pahole 1.31, for v7.1 and later */
#define BTF_TYPE_BYTES	 12

/* A name that can be asked for. */
struct btf_entry {
	uint32_t hash, id, next; /* next: index and one of the one before it with this slot */
};

struct btf_layout {
	uint8_t info, element; /* bytes that a kind adds, and each of its vlen elements */
};

struct btf {
	const struct kernel *kernel; /* borrowed */
	struct btf *base;	     /* borrowed; NULL: none */
	struct window types, strings;
	uint32_t start_id, start_string; /* where this goes on from its base */
	struct btf_layout layouts[32];
	size_t n_layouts; /* kinds that the header describes */

	struct window by_id; /* what the kernel made of it: pointers to the types; size 0: none */
	uint32_t n_ids;	     /* of those */
	bool sorted;	     /* first the types without a name, then by name (since v7.0) */

	pthread_mutex_t lock; /* of what follows; walked is read without it */
	uint32_t *offsets;    /* where a type begins, of those walked; room for all there can be */
	uint32_t walked;      /* types, from start_id on */
	uint64_t next;	      /* where the next begins */
	struct dint_error stopped; /* why the walk cannot go on; DINT_NOT_FOUND: the end */
	struct btf_entry *entries;
	size_t n_entries;
	uint32_t *slots; /* index and one of an entry */
	size_t n_slots;	 /* a power of two */
};

/* The kernel's own copy of the table of types, where it has made one: then a type is found by its
 * number without walking, and where they are sorted, by its name. */
void btf_parsed_find(struct btf *btf, const uint8_t *header, size_t n);
/* Where a type begins, by that copy. */
bool btf_parsed_offset(struct btf *btf, uint32_t id, uint64_t *offset);
/* As btf_find, where types are sorted. */
bool btf_sorted_find(struct btf *btf, const char *name, uint32_t kinds, uint32_t id,
		     uint32_t *found);
/* Walks on until a type has been passed. False: there is none. */
bool btf_walk_to(struct btf *btf, uint32_t id, struct dint_error *err);
/* Reads the type at an offset of the section; *end is where it ends. */
bool btf_read_type(struct btf *btf, uint64_t at, struct btf_type *type, uint64_t *end,
		   struct dint_error *err);
