/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BTF, the types that a kernel or module carries (include/uapi/linux/btf.h): a header, then the
 * types one behind the other, numbered from 1, then the strings that they name:
 *
 *	u16 magic, u8 version, u8 flags, u32 hdr_len, type_off, type_len, str_off, str_len
 *	a type: u32 name, u32 info (vlen, kind, kflag), u32 size or type, what the kind adds
 *
 * Types are walked as far as somebody asks, and no further: those of the kernel's core come first.
 * A module's (split BTF) go on where the kernel's end, in types and strings alike. Several threads
 * may ask. Who wants members of structures wants types.h.
 */
#pragma once
#include "base/cleanup.h"
#include "base/cursor.h"
#include "kernel/kernel.h"

#define BTF_TYPES_MAX	((uint32_t)4 << 20) /* a distribution's kernel has 100,000 */
#define BTF_NAME_BYTES	1024		    /* of one name, its NUL included */
#define BTF_MEMBERS_MAX 65535		    /* as many as info can say */

enum btf_kind {
	BTF_VOID,
	BTF_INT,
	BTF_PTR,
	BTF_ARRAY,
	BTF_STRUCT,
	BTF_UNION,
	BTF_ENUM,
	BTF_FWD,
	BTF_TYPEDEF,
	BTF_VOLATILE,
	BTF_CONST,
	BTF_RESTRICT,
	BTF_FUNC,
	BTF_FUNC_PROTO,
	BTF_VAR,
	BTF_DATASEC,
	BTF_FLOAT,
	BTF_DECL_TAG,
	BTF_TYPE_TAG,
	BTF_ENUM64,
	BTF_KINDS, /* what a newer kernel adds ends the walk, unless the header tells its layout */
};

struct btf_type {
	uint32_t id, name; /* of its string */
	enum btf_kind kind;
	uint32_t vlen;
	bool kflag;
	uint32_t size;	   /* bytes, of the kinds that have one */
	uint32_t type;	   /* what it refers to, of the others */
	uint64_t extra_at; /* what follows the 12 bytes, in the section of types */
};

/* Of a structure or union. */
struct btf_member {
	uint32_t name, type;
	uint32_t bit_offset, bit_size; /* size 0: no bit field, or one that its int tells */
};

struct btf_array {
	uint32_t type, count;
};

struct btf_int {
	uint8_t bit_offset, bits;
	bool is_signed, is_char, is_bool;
};

/* An enumerator. */
struct btf_value {
	uint32_t name;
	int64_t value;
};

/* A variable of a section. */
struct btf_variable {
	uint32_t type; /* of a BTF_VAR */
	uint32_t offset, size;
};

struct btf;

/* The kernel's own, by __start_BTF or by searching. DINT_UNSUPPORTED: there is none. */
bool btf_open_kernel(const struct kernel *kernel, struct btf **btf, struct dint_error *err);
/* At an address, size bytes; base: whose types it goes on from with start_id, NULL for none,
 * borrowed.
 */
bool btf_open(const struct kernel *kernel, kva_t at, uint64_t size, struct btf *base,
	      uint32_t start_id, struct btf **btf, struct dint_error *err);
void btf_close(struct btf *btf);
DEFINE_CLEANUP(btf_close, struct btf *)

/* The number after the last: walks everything. */
bool btf_end(struct btf *btf, uint32_t *end, struct dint_error *err);
/* Id 0 is void. DINT_CORRUPT: no such type, or one that makes no sense. */
bool btf_type(struct btf *btf, uint32_t id, struct btf_type *type, struct dint_error *err);
/* "" where a type has no name or its name cannot be read. Lives as long as the BTF. */
const char *btf_name(struct btf *btf, uint32_t name);
/* The next type after id of that name and one of the kinds (a mask of 1 << kind); id 0 starts.
 * DINT_NOT_FOUND: no more. Only kinds that can be asked for: BTF_NAMED. */
#define BTF_NAMED                                                                              \
	(1u << BTF_INT | 1u << BTF_STRUCT | 1u << BTF_UNION | 1u << BTF_ENUM | 1u << BTF_FWD | \
	 1u << BTF_TYPEDEF | 1u << BTF_DATASEC | 1u << BTF_FLOAT | 1u << BTF_ENUM64)
bool btf_find(struct btf *btf, const char *name, uint32_t kinds, uint32_t id, uint32_t *found,
	      struct dint_error *err);

/* What follows a type; false where it cannot be read. i: below vlen. */
bool btf_get_member(struct btf *btf, const struct btf_type *type, uint32_t i,
		    struct btf_member *member, struct dint_error *err);
bool btf_get_array(struct btf *btf, const struct btf_type *type, struct btf_array *array,
		   struct dint_error *err);
bool btf_get_int(struct btf *btf, const struct btf_type *type, struct btf_int *number,
		 struct dint_error *err);
bool btf_get_value(struct btf *btf, const struct btf_type *type, uint32_t i,
		   struct btf_value *value, struct dint_error *err);
bool btf_get_variable(struct btf *btf, const struct btf_type *type, uint32_t i,
		      struct btf_variable *variable, struct dint_error *err);

/* Takes typedefs, qualifiers and tags off. */
bool btf_strip(struct btf *btf, uint32_t id, struct btf_type *type, struct dint_error *err);
/* Bytes that a value of the type takes; pointers take 8. DINT_CORRUPT: endless, or too large. */
bool btf_size(struct btf *btf, uint32_t id, uint64_t *size, struct dint_error *err);
