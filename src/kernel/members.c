/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resolving members by name, and reading them. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/types_internal.h"

#define VISITS_MAX	     100000 /* members looked at for one name: task_struct has 300 */
#define AGGREGATES	     (1u << BTF_STRUCT | 1u << BTF_UNION)
#define AGGREGATE_OR_TYPEDEF (AGGREGATES | 1u << BTF_TYPEDEF)
#define VALUE_BYTES	     9 /* the most that a value lies in: 64 bits, not on a byte's edge */

/* A walk through a structure and those without a name in it. */
struct search {
	struct btf *btf;
	const char *name;
	size_t n; /* bytes of name */
	unsigned visits;
	uint64_t bits; /* of what was found, from the start of the outermost */
	struct btf_member found;
};

static enum path_outcome broken(struct dint_error *err, const char *words)
{
	dint_error_set(err, DINT_CORRUPT, "%s", words);
	return PATH_BROKEN;
}

static enum path_outcome visit(struct search *s, const struct btf_type *type, uint64_t bits,
			       unsigned depth, struct dint_error *err);

/* A member: the one that is looked for, or one without a name that may hold it. */
static enum path_outcome visit_member(struct search *s, const struct btf_member *member,
				      uint64_t bits, unsigned depth, struct dint_error *err)
{
	const char *name = btf_name(s->btf, member->name);
	struct btf_type inner;

	if (*name) {
		if (strncmp(name, s->name, s->n) != 0 || name[s->n])
			return PATH_ABSENT;
		s->found = *member;
		s->bits = bits;
		return PATH_FOUND;
	}
	if (!btf_strip(s->btf, member->type, &inner, err))
		return PATH_BROKEN;
	if (!(AGGREGATES & 1u << inner.kind))
		return PATH_ABSENT;
	return visit(s, &inner, bits, depth + 1, err);
}

static enum path_outcome visit(struct search *s, const struct btf_type *type, uint64_t bits,
			       unsigned depth, struct dint_error *err)
{
	enum path_outcome outcome = PATH_ABSENT;
	struct btf_member member;

	if (depth > MEMBER_DEPTH_MAX)
		return broken(err, "structures within structures without end");
	for (uint32_t i = 0; i < type->vlen && outcome == PATH_ABSENT; i++) {
		if (++s->visits > VISITS_MAX)
			return broken(err, "members without end");
		if (!btf_get_member(s->btf, type, i, &member, err))
			return PATH_BROKEN;
		outcome = visit_member(s, &member, bits + member.bit_offset, depth, err);
	}
	return outcome;
}

static enum path_outcome step_name(struct btf *btf, struct path_place *place, const char *name,
				   size_t n, struct dint_error *err)
{
	struct search search = {.btf = btf, .name = name, .n = n};
	enum path_outcome outcome;
	struct btf_type type;

	if (!btf_strip(btf, place->type, &type, err))
		return PATH_BROKEN;
	if (!(AGGREGATES & 1u << type.kind))
		return PATH_ABSENT;
	outcome = visit(&search, &type, 0, 0, err);
	if (outcome == PATH_FOUND) {
		place->bits += search.bits;
		place->type = search.found.type;
		place->bit_size = search.found.bit_size;
	}
	return outcome;
}

static enum path_outcome step_index(struct btf *btf, struct path_place *place, uint64_t index,
				    struct dint_error *err)
{
	struct btf_array array;
	struct btf_type type;
	uint64_t size = 0;

	if (!btf_strip(btf, place->type, &type, err))
		return PATH_BROKEN;
	if (type.kind != BTF_ARRAY)
		return PATH_ABSENT;
	if (!btf_get_array(btf, &type, &array, err) || !btf_size(btf, array.type, &size, err))
		return PATH_BROKEN;
	/* a flexible array has no count */
	if ((array.count && index >= array.count) || index > INT32_MAX || size > INT32_MAX)
		return PATH_ABSENT;
	place->bits += index * size * 8;
	place->type = array.type;
	return PATH_FOUND;
}

enum path_outcome path_follow(struct btf *btf, const char *path, struct path_place *place,
			      struct dint_error *err)
{
	enum path_outcome outcome = PATH_FOUND;

	while (*path && outcome == PATH_FOUND) {
		if (*path == '[') {
			char *close;
			uint64_t index = strtoull(path + 1, &close, 0);

			if (*close != ']')
				return PATH_ABSENT;
			outcome = step_index(btf, place, index, err);
			path = close + 1;
		} else {
			size_t n = strcspn(path, ".[");

			outcome = step_name(btf, place, path, n, err);
			path += n;
		}
		path += *path == '.';
	}
	return outcome;
}

static enum member_kind kind_of(enum btf_kind kind)
{
	switch (kind) {
	case BTF_INT:
		return MEMBER_INT;
	case BTF_PTR:
		return MEMBER_POINTER;
	case BTF_ARRAY:
		return MEMBER_ARRAY;
	case BTF_STRUCT:
	case BTF_UNION:
		return MEMBER_STRUCT;
	case BTF_ENUM:
	case BTF_ENUM64:
		return MEMBER_ENUM;
	case BTF_FLOAT:
		return MEMBER_FLOAT;
	default:
		return MEMBER_OTHER;
	}
}

/* An int whose type says that it is narrower than its bytes is a bit field too (older pahole). */
static bool take_int(struct btf *btf, const struct btf_type *type, uint64_t *bits,
		     uint32_t *bit_size, struct member *member, struct dint_error *err)
{
	struct btf_int number;

	if (!btf_get_int(btf, type, &number, err))
		return false;
	member->is_signed = number.is_signed;
	if (!*bit_size && (number.bits < type->size * 8 || number.bit_offset)) {
		*bits += number.bit_offset;
		*bit_size = number.bits;
	}
	return true;
}

static bool take_array(struct btf *btf, const struct btf_type *type, struct member *member,
		       struct dint_error *err)
{
	struct btf_array array;

	if (!btf_get_array(btf, type, &array, err) ||
	    !btf_size(btf, array.type, &member->stride, err))
		return false;
	member->count = array.count;
	return true;
}

bool path_member(struct btf *btf, const struct path_place *place, struct member *member,
		 struct dint_error *err)
{
	uint64_t bits = place->bits;
	uint32_t bit_size = place->bit_size;
	struct member m = {.is_present = true};
	struct btf_type type;

	if (!btf_strip(btf, place->type, &type, err) || !btf_size(btf, place->type, &m.size, err))
		return false;
	m.type_id = type.id;
	m.kind = kind_of(type.kind);
	m.is_signed = m.kind == MEMBER_ENUM;
	if (type.kind == BTF_INT && !take_int(btf, &type, &bits, &bit_size, &m, err))
		return false;
	if (type.kind == BTF_ARRAY && !take_array(btf, &type, &m, err))
		return false;
	if (bit_size > 64 || (!bit_size && bits % 8))
		return dint_fail(err, DINT_CORRUPT, "a member of %" PRIu32 " bits at bit %" PRIu64,
				 bit_size, bits);
	m.offset = bits / 8;
	if (bit_size && (bits % 8 || bit_size != m.size * 8)) {
		m.bit_offset = bits % 8;
		m.bit_size = (uint8_t)bit_size;
		m.size = (m.bit_offset + bit_size + 7) / 8;
	}
	*member = m;
	return true;
}

/* One path in the type of a name, or in all of them. */
static enum path_outcome find_one(const struct kernel *kernel, const char *type, const char *path,
				  struct member *member, struct dint_error *err)
{
	enum path_outcome outcome = PATH_ABSENT;
	struct type_search search;
	struct path_place place;

	if (!type_search_begin(kernel, type, AGGREGATE_OR_TYPEDEF, &search, err))
		return err->code == DINT_NOT_FOUND ? PATH_ABSENT : PATH_BROKEN;
	do {
		if (!type_search_next(&search, err))
			return err->code == DINT_NOT_FOUND ? PATH_ABSENT : PATH_BROKEN;
		place = (struct path_place){.type = search.id};
		outcome = path_follow(search.btf, path, &place, err);
		if (outcome == PATH_FOUND && !path_member(search.btf, &place, member, err))
			outcome = PATH_BROKEN;
	} while (outcome == PATH_ABSENT && search.all);
	return outcome;
}

bool member_find(const struct kernel *kernel, const char *type, const char *path,
		 struct member *member, struct dint_error *err)
{
	for (struct names types = names_in(type); names_next(&types);)
		for (struct names paths = names_in(path); names_next(&paths);)
			switch (find_one(kernel, types.name, paths.name, member, err)) {
			case PATH_FOUND:
				return true;
			case PATH_BROKEN:
				return dint_within(err, "%.100s: %.60s", types.name, paths.name);
			case PATH_ABSENT:
				break;
			}
	return dint_fail(err, DINT_NOT_FOUND, "'%.100s' has no member '%.100s' in this kernel",
			 type, path);
}

bool member_exists(const struct kernel *kernel, const char *type, const char *path)
{
	struct dint_error ignored;
	struct member member;

	return member_find(kernel, type, path, &member, &ignored);
}

bool member_find_all(const struct kernel *kernel, const struct member_row *rows, size_t n,
		     void *into, struct dint_error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct member *member = (struct member *)((char *)into + rows[i].field);

		if (member_find(kernel, rows[i].type, rows[i].path, member, err))
			continue;
		if (!rows[i].optional || err->code != DINT_NOT_FOUND)
			return false;
		memset(member, 0, sizeof(*member));
	}
	return true;
}

static uint64_t decode(const struct member *member, const uint8_t bytes[VALUE_BYTES])
{
	unsigned bits = member->bit_size ? member->bit_size : (unsigned)member->size * 8;
	unsigned __int128 wide = 0;
	uint64_t value;

	for (unsigned i = 0; i < VALUE_BYTES; i++)
		wide |= (unsigned __int128)bytes[i] << (8 * i);
	value = (uint64_t)(wide >> member->bit_offset);
	if (bits >= 64)
		return value;
	value &= ((uint64_t)1 << bits) - 1;
	if (member->is_signed && bits && value >> (bits - 1))
		value |= ~(((uint64_t)1 << bits) - 1);
	return value;
}

static bool is_value(const struct member *member)
{
	return member->is_present && member->size > 0 &&
	       member->size <= (member->bit_size ? VALUE_BYTES : 8) &&
	       (member->kind == MEMBER_INT || member->kind == MEMBER_ENUM ||
		member->kind == MEMBER_POINTER);
}

bool member_u64(const struct kernel *kernel, const struct member *member, kva_t object,
		uint64_t *value, struct dint_error *err)
{
	uint8_t bytes[VALUE_BYTES] = {0};

	if (!is_value(member))
		return dint_fail(err, DINT_BAD_REQUEST, "%s",
				 member->is_present ? "the member is no number"
						    : "the kernel has no such member");
	if (!kernel_read(kernel, object + member->offset, bytes, member->size, err))
		return false;
	*value = decode(member, bytes);
	return true;
}

bool member_i64(const struct kernel *kernel, const struct member *member, kva_t object,
		int64_t *value, struct dint_error *err)
{
	uint64_t found = 0;

	if (!member_u64(kernel, member, object, &found, err))
		return false;
	*value = (int64_t)found;
	return true;
}

bool member_ptr(const struct kernel *kernel, const struct member *member, kva_t object,
		kva_t *value, struct dint_error *err)
{
	return member_u64(kernel, member, object, value, err);
}

bool member_bytes(const struct kernel *kernel, const struct member *member, kva_t object, void *to,
		  size_t n, struct dint_error *err)
{
	if (!member->is_present)
		return dint_fail(err, DINT_BAD_REQUEST, "the kernel has no such member");
	if (member->size && n > member->size)
		return dint_fail(err, DINT_BAD_REQUEST, "%zu bytes of a member of %" PRIu64, n,
				 member->size);
	return kernel_read(kernel, object + member->offset, to, n, err);
}

bool member_text(const struct kernel *kernel, const struct member *member, kva_t object, char *to,
		 size_t n, struct dint_error *err)
{
	size_t some = member->size && member->size < n - 1 ? member->size : n - 1;

	assert(n > 0);
	memset(to, 0, n);
	return member_bytes(kernel, member, object, to, some, err);
}

uint64_t member_of(const struct member *member, const void *object, size_t n)
{
	uint8_t bytes[VALUE_BYTES] = {0};

	if (!is_value(member) || member->offset > n || member->size > n - member->offset)
		return 0;
	memcpy(bytes, (const uint8_t *)object + member->offset, member->size);
	return decode(member, bytes);
}

bool member_follow(const struct kernel *kernel, const struct member *const *members, size_t n,
		   kva_t object, kva_t *value, struct dint_error *err)
{
	kva_t at = object;

	for (size_t i = 0; i < n; i++) {
		if (!at)
			return dint_fail(err, DINT_NOT_FOUND, "a NULL pointer on the way");
		if (!member_u64(kernel, members[i], at, &at, err))
			return false;
	}
	*value = at;
	return true;
}
