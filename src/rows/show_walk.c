/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walking a type and the bytes of an object side by side. */
#include "rows/show_walk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "kernel/type_path.h"

#define PAGE	      ((uint64_t)4096)
#define POINTER_BYTES 8
#define NUMBER_BYTES  16 /* the widest: __int128 */

/* The object's bytes, as many of them as the dump has. */
struct walk {
	struct show_sink *sink;
	uint8_t *bytes;
	bool *here; /* pages of the object's address */
	kva_t at;
	uint64_t size;
	unsigned values;
};

static void walk_done(struct walk *walk)
{
	free(walk->bytes);
	free(walk->here);
}

static bool read_object(struct walk *walk, const struct kernel *kernel, struct dint_error *err)
{
	uint64_t lead = walk->at % PAGE, pages = (lead + walk->size + PAGE - 1) / PAGE;
	struct dint_error why = {0};
	bool any = walk->size == 0;

	walk->bytes = alloc_items(walk->size, 1, SHOW_BYTES_MAX, err);
	if (!walk->bytes)
		return false;
	walk->here = xcalloc(pages + 1, sizeof(*walk->here));
	for (uint64_t page = 0; page < pages; page++) {
		uint64_t from = page ? page * PAGE - lead : 0, to = (page + 1) * PAGE - lead;

		if (to > walk->size)
			to = walk->size;
		walk->here[page] =
			kernel_read(kernel, walk->at + from, walk->bytes + from, to - from, &why);
		any = any || walk->here[page];
	}
	if (!any)
		*err = why;
	return any;
}

static bool is_here(const struct walk *walk, uint64_t at, uint64_t n)
{
	uint64_t lead = walk->at % PAGE;

	if (at > walk->size || n > walk->size - at)
		return false;
	for (uint64_t page = (lead + at) / PAGE; n && page <= (lead + at + n - 1) / PAGE; page++)
		if (!walk->here[page])
			return false;
	return true;
}

static void tell(struct walk *walk, const char *name, const struct show_value *value)
{
	walk->values++;
	walk->sink->value(walk->sink, name, value);
}

static void tell_missing(struct walk *walk, const char *name, const char *why)
{
	tell(walk, name, &(struct show_value){.kind = SHOW_MISSING, .text = why});
}

/* A place in the object. */
struct spot {
	struct btf *btf;
	struct path_place place;
	const char *name;
};

static void tell_scalar(struct walk *walk, const struct spot *spot, const struct btf_type *type,
			const struct member *member)
{
	struct show_value value = {.is_signed = member->is_signed};
	struct dint_error ignored;
	struct btf_int number;

	value.number = member_of(member, walk->bytes, walk->size);
	switch (type->kind) {
	case BTF_PTR:
		value.kind = SHOW_POINTER;
		break;
	case BTF_ENUM:
	case BTF_ENUM64:
		value.kind = SHOW_ENUM;
		value.text = enum_name_in(spot->btf, type, (int64_t)value.number);
		break;
	case BTF_INT:
		value.kind = SHOW_NUMBER;
		if (btf_get_int(spot->btf, type, &number, &ignored) && number.is_bool)
			value.kind = SHOW_BOOL;
		break;
	default:
		tell_missing(walk, spot->name, "a kind of value that is not shown");
		return;
	}
	tell(walk, spot->name, &value);
}

static void walk_spot(struct walk *walk, const struct spot *spot, unsigned depth);

static void walk_members(struct walk *walk, const struct spot *spot, const struct btf_type *type,
			 unsigned depth)
{
	struct btf_member member;
	struct dint_error ignored;

	for (uint32_t i = 0; i < type->vlen && walk->values < SHOW_VALUES_MAX; i++) {
		walk->values++;
		if (!btf_get_member(spot->btf, type, i, &member, &ignored))
			return;
		const char *name = btf_name(spot->btf, member.name);
		struct spot inner = {
			.btf = spot->btf,
			.place = {.bits = spot->place.bits + member.bit_offset,
				  .type = member.type,
				  .bit_size = member.bit_size},
			.name = *name ? name : NULL,
		};
		struct btf_type kind;

		/* what has no name shows its members among ours, as C reads them */
		if (!inner.name && depth < SHOW_DEPTH_MAX &&
		    btf_strip(spot->btf, member.type, &kind, &ignored) &&
		    (kind.kind == BTF_STRUCT || kind.kind == BTF_UNION))
			walk_members(walk, &inner, &kind, depth + 1);
		else
			walk_spot(walk, &inner, depth + 1);
	}
}

/* "char", of which arrays are texts; u8 and the like are numbers. */
static bool is_char(struct btf *btf, uint32_t id)
{
	struct dint_error ignored;
	struct btf_type type;

	return btf_strip(btf, id, &type, &ignored) && type.kind == BTF_INT && type.size == 1 &&
	       strcmp(btf_name(btf, type.name), "char") == 0;
}

/* A string in C's manner; what is left behind its end is of another one. */
static void tell_text(struct walk *walk, const char *name, uint64_t at, uint64_t n)
{
	if (!is_here(walk, at, n))
		tell_missing(walk, name, "not in the dump");
	else
		tell(walk, name,
		     &(struct show_value){.kind = SHOW_TEXT,
					  .bytes = walk->bytes + at,
					  .n = strnlen((const char *)walk->bytes + at, n)});
}

/* How many elements from i on have the same bytes. */
static uint64_t count_equal(const struct walk *walk, uint64_t at, uint64_t size, uint64_t i,
			    uint64_t count)
{
	uint64_t n = 1;

	if (!is_here(walk, at, count * size))
		return 1;
	while (i + n < count &&
	       memcmp(walk->bytes + at + i * size, walk->bytes + at + (i + n) * size, size) == 0)
		n++;
	return n;
}

/* Elements of an array, or of the type's own dimensions. */
static void walk_elements(struct walk *walk, const struct spot *first, uint64_t size,
			  uint64_t count, unsigned depth,
			  void (*element)(struct walk *walk, const struct spot *spot,
					  unsigned depth))
{
	walk->sink->open(walk->sink, first->name, true);
	for (uint64_t i = 0; i < count && walk->values < SHOW_VALUES_MAX; i++) {
		struct spot spot = {.btf = first->btf, .place = first->place};

		walk->values++; /* one that holds nothing counts too */
		uint64_t n = walk->sink->repeat && size
				     ? count_equal(walk, first->place.bits / 8, size, i, count)
				     : 1;

		spot.place.bits += i * size * 8;
		element(walk, &spot, depth + 1);
		if (n >= SHOW_REPEATS_LEAST) {
			walk->sink->repeat(walk->sink, n);
			i += n - 1;
		}
	}
	walk->sink->close(walk->sink);
}

static void walk_array(struct walk *walk, const struct spot *spot, const struct btf_type *type,
		       unsigned depth)
{
	struct spot first = *spot;
	struct dint_error err;
	struct btf_array array;
	uint64_t size = 0;

	if (!btf_get_array(spot->btf, type, &array, &err) ||
	    !btf_size(spot->btf, array.type, &size, &err)) {
		tell_missing(walk, spot->name, err.message);
		return;
	}
	if (is_char(spot->btf, array.type)) {
		tell_text(walk, spot->name, spot->place.bits / 8, array.count);
		return;
	}
	first.place.type = array.type;
	walk_elements(walk, &first, size, array.count, depth, walk_spot);
}

static void walk_value(struct walk *walk, const struct spot *spot, const struct btf_type *type)
{
	struct dint_error err;
	struct member member;

	if (!path_member(spot->btf, &spot->place, &member, &err))
		tell_missing(walk, spot->name, err.message);
	else if (!is_here(walk, member.offset, member.size))
		tell_missing(walk, spot->name, "not in the dump");
	else if (member.size > 8)
		tell_missing(walk, spot->name, "a number of more than 64 bits");
	else
		tell_scalar(walk, spot, type, &member);
}

static void walk_spot(struct walk *walk, const struct spot *spot, unsigned depth)
{
	struct dint_error err;
	struct btf_type type;

	if (!btf_strip(spot->btf, spot->place.type, &type, &err)) {
		tell_missing(walk, spot->name, err.message);
	} else if (depth > SHOW_DEPTH_MAX) {
		tell_missing(walk, spot->name, "too deep");
	} else if (type.kind == BTF_STRUCT || type.kind == BTF_UNION) {
		walk->sink->open(walk->sink, spot->name, false);
		walk_members(walk, spot, &type, depth);
		walk->sink->close(walk->sink);
	} else if (type.kind == BTF_ARRAY) {
		walk_array(walk, spot, &type, depth);
	} else {
		walk_value(walk, spot, &type);
	}
}

static void walk_pointer(struct walk *walk, const struct spot *spot, unsigned depth)
{
	struct member member = {.offset = spot->place.bits / 8,
				.size = POINTER_BYTES,
				.kind = MEMBER_POINTER,
				.is_present = true};

	(void)depth;
	if (!is_here(walk, member.offset, member.size))
		tell_missing(walk, spot->name, "not in the dump");
	else
		tell(walk, spot->name,
		     &(struct show_value){.kind = SHOW_POINTER,
					  .number = member_of(&member, walk->bytes, walk->size)});
}

/* The type's own dimensions, all of them in one row. */
static void walk_dimensions(struct walk *walk, const struct type_expr *type,
			    const struct spot *spot)
{
	uint64_t count = 1, size = POINTER_BYTES;
	struct dint_error ignored;

	for (unsigned i = 0; i < type->n_dimensions; i++)
		count *= type->dimensions[i];
	if (!type->pointers && !btf_size(type->btf, type->id, &size, &ignored))
		return;
	if (!type->pointers && is_char(type->btf, type->id))
		tell_text(walk, spot->name, 0, count);
	else
		walk_elements(walk, spot, size, count, 0,
			      type->pointers ? walk_pointer : walk_spot);
}

bool show_walk(const struct kernel *kernel, const struct type_expr *type, kva_t at,
	       struct show_sink *sink, struct dint_error *err)
{
	CLEANUP(walk_done) struct walk walk = {.sink = sink, .at = at};
	struct spot spot = {.btf = type->btf, .place = {.type = type->id}};

	if (!type_expr_size(type, &walk.size, err))
		return false;
	if (walk.size == 0)
		return dint_fail(err, DINT_UNSUPPORTED,
				 "the type has no size: it is only announced, or a function");
	if (!read_object(&walk, kernel, err))
		return false;
	if (type->n_dimensions)
		walk_dimensions(&walk, type, &spot);
	else if (type->pointers)
		walk_pointer(&walk, &spot, 0);
	else
		walk_spot(&walk, &spot, 0);
	return true;
}
