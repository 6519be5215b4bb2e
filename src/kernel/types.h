/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Members of the kernel's structures: found by name once, read at the cost of an addition.
 *
 *	struct member state;
 *	member_find(kernel, "task_struct", "__state|state", &state, err);
 *	member_u64(kernel, &state, task, &value, err);
 *
 * Types come from the BTF that the kernel carries (btf.h). A type is named without "struct": it is
 * the first structure, union, typedef or enumeration of that name, and "module:name" is one of a
 * module's own. Some ten names (console, slot …) are those of several types: "console+" is the
 *first that has the member. Several names, the likeliest first, are parted by bars, of types as of
 * members: what was renamed is found under either.
 *
 * A type that is there costs little. To see that none bears a name costs much more (in a zlib dump
 * 10 ms, once): prefer to ask for a member of a type that is always there, or for a symbol.
 */
#pragma once
#include "kernel/kernel.h"

#define MEMBER_DEPTH_MAX 32  /* structures within structures on the way to a member */
#define TYPE_DEPTH_MAX	 32  /* typedef, const, pointer … in a row */
#define TYPE_NAME_BYTES	 128 /* of a type or of one step of a path */

enum member_kind {
	MEMBER_INT, /* also bool and char */
	MEMBER_ENUM,
	MEMBER_POINTER,
	MEMBER_FLOAT,
	MEMBER_STRUCT, /* or union */
	MEMBER_ARRAY,
	MEMBER_OTHER,
};

struct member {
	uint64_t offset;  /* bytes from the start of the object */
	uint64_t size;	  /* bytes, of an array all of it; 0: a flexible array */
	uint64_t count;	  /* elements of an array */
	uint64_t stride;  /* bytes of one element */
	uint32_t type_id; /* what it is, typedefs and qualifiers taken off (btf.h) */
	enum member_kind kind;
	uint8_t bit_offset; /* of a bit field, within the byte at offset */
	uint8_t bit_size;   /* 0: no bit field */
	bool is_signed;
	bool is_present; /* false in a zeroed one: an optional member that is not there */
};

/* path: "comm", "se.sum_exec_runtime", "cpus_mask.bits[1]"; anonymous structures need no mention.
 * DINT_NOT_FOUND: no such type or member; DINT_UNSUPPORTED: the kernel has no BTF. */
bool member_find(const struct kernel *kernel, const char *type, const char *path,
		 struct member *member, struct dint_error *err);
/* Whether it is there. */
bool member_exists(const struct kernel *kernel, const char *type, const char *path);

/* Many at a time: each row says which field of *into, a struct of struct member, it fills. An
 * optional one that is not there is left zeroed. */
struct member_row {
	size_t field; /* offsetof */
	const char *type, *path;
	bool optional;
};
bool member_find_all(const struct kernel *kernel, const struct member_row *rows, size_t n,
		     void *into, struct dint_error *err);

/* The value of an int, enum, bool or pointer, bit fields too; sign-extended where it is signed.
 * DINT_BAD_REQUEST for anything else, which is our own mistake, or a kernel that made it a
 * structure: the message says which. */
bool member_u64(const struct kernel *kernel, const struct member *member, kva_t object,
		uint64_t *value, struct dint_error *err);
bool member_i64(const struct kernel *kernel, const struct member *member, kva_t object,
		int64_t *value, struct dint_error *err);
bool member_ptr(const struct kernel *kernel, const struct member *member, kva_t object,
		kva_t *value, struct dint_error *err);
/* The first n bytes of it, at most its size unless that is 0. */
bool member_bytes(const struct kernel *kernel, const struct member *member, kva_t object, void *to,
		  size_t n, struct dint_error *err);
/* A char array as a string: at most n - 1 bytes and a NUL. */
bool member_text(const struct kernel *kernel, const struct member *member, kva_t object, char *to,
		 size_t n, struct dint_error *err);
/* The address of an embedded structure or array: no read at all. */
static inline kva_t member_at(const struct member *member, kva_t object)
{
	return object + member->offset;
}
/* The object that an embedded member at this address is part of. */
static inline kva_t member_container(const struct member *member, kva_t at)
{
	return at - member->offset;
}
/* The value out of an object that was read as a whole (n bytes of it); 0 past their end. */
uint64_t member_of(const struct member *member, const void *object, size_t n);

/* A word behind two or three pointers of a path, read one by one: NULL-pointers are DINT_NOT_FOUND.
 */
bool member_follow(const struct kernel *kernel, const struct member *const *members, size_t n,
		   kva_t object, kva_t *value, struct dint_error *err);

bool type_exists(const struct kernel *kernel, const char *type);
bool type_size(const struct kernel *kernel, const char *type, size_t *size, struct dint_error *err);
/* The value that an enumeration gives a name; type NULL: whichever enumeration has it. Names of
 * several kernels parted by bars. Macros are not in BTF. */
bool enum_value(const struct kernel *kernel, const char *type, const char *name, int64_t *value,
		struct dint_error *err);
/* The name of a value; NULL: none. Lives as long as the kernel. */
const char *enum_name(const struct kernel *kernel, const char *type, int64_t value);
