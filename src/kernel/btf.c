/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening BTF, and what types say. */
#include "kernel/btf.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "kernel/btf_internal.h"
#include "kernel/image.h"
#include "kernel/symbols.h"
#include "kernel/types.h"

#define MAGIC	      0xeb9f
#define LAYOUT_OFFSET 24 /* of layout_off and layout_len in a longer header */
#define POINTER_BYTES 8
#define STRINGS_LEAST 1 /* the empty one */

struct header {
	uint32_t bytes, type_off, type_len, str_off, str_len, layout_off, layout_len;
};

static bool read_header(const struct kernel *kernel, kva_t at, uint64_t size, struct header *header,
			struct dint_error *err)
{
	uint8_t bytes[LAYOUT_OFFSET + 8] = {0};
	size_t n = size < sizeof(bytes) ? (size_t)size : sizeof(bytes);
	struct cursor c = cursor_over(bytes, n);
	struct header h = {0};

	if (n < BTF_HEADER_BYTES)
		return dint_fail(err, DINT_CORRUPT, "%" PRIu64 " bytes are no BTF", size);
	if (!kernel_read(kernel, at, bytes, n, err))
		return false;
	uint16_t magic = cursor_u16(&c);
	uint8_t version = cursor_u8(&c);

	cursor_skip(&c, 1);
	h.bytes = cursor_u32(&c);
	h.type_off = cursor_u32(&c);
	h.type_len = cursor_u32(&c);
	h.str_off = cursor_u32(&c);
	h.str_len = cursor_u32(&c);
	if (h.bytes >= sizeof(bytes)) {
		h.layout_off = cursor_u32(&c);
		h.layout_len = cursor_u32(&c);
	}
	if (magic != MAGIC || version != 1)
		return dint_fail(err, DINT_CORRUPT, "BTF with magic 0x%x, version %u", magic,
				 version);
	if (!cursor_ok(&c) || h.bytes < BTF_HEADER_BYTES || h.bytes > size ||
	    (uint64_t)h.type_off + h.type_len > size - h.bytes ||
	    (uint64_t)h.str_off + h.str_len > size - h.bytes || h.str_len < STRINGS_LEAST)
		return dint_fail(err, DINT_CORRUPT, "BTF whose sections do not lie in it");
	*header = h;
	return true;
}

/* What kinds that we do not know add; absent or unreadable, such a kind ends the walk. */
static void read_layouts(struct btf *btf, kva_t at, uint32_t n)
{
	uint8_t bytes[sizeof(btf->layouts) / sizeof(btf->layouts[0]) * 4] = {0};
	struct cursor c = cursor_over(bytes, sizeof(bytes));
	struct dint_error ignored;

	if (n > sizeof(bytes))
		n = sizeof(bytes);
	if (!n || !kernel_read(btf->kernel, at, bytes, n, &ignored))
		return;
	btf->n_layouts = n / 4;
	for (size_t i = 0; i < btf->n_layouts; i++) {
		btf->layouts[i].info = cursor_u8(&c);
		btf->layouts[i].element = cursor_u8(&c);
		cursor_skip(&c, 2);
	}
}

bool btf_open(const struct kernel *kernel, kva_t at, uint64_t size, struct btf *base,
	      uint32_t start_id, struct btf **out, struct dint_error *err)
{
	CLEANUP(btf_close_ptr) struct btf *btf = xcalloc(1, sizeof(*btf));
	struct header h = {0};

	btf->kernel = kernel;
	btf->base = base;
	pthread_mutex_init(&btf->lock, NULL);
	btf->start_id = base ? start_id : 1;
	btf->start_string = base ? (uint32_t)(base->start_string + base->strings.size) : 0;
	if (!read_header(kernel, at, size, &h, err) ||
	    !window_open(kernel, at + h.bytes + h.type_off, h.type_len, &btf->types, err) ||
	    !window_open(kernel, at + h.bytes + h.str_off, h.str_len, &btf->strings, err))
		return false;
	read_layouts(btf, at + h.bytes + h.layout_off, h.layout_len);
	btf->offsets = alloc_items(h.type_len / BTF_TYPE_BYTES + 1, sizeof(*btf->offsets),
				   WINDOW_BYTES, err);
	if (!btf->offsets)
		return false;
	*out = TAKE(btf);
	return true;
}

void btf_close(struct btf *btf)
{
	if (!btf)
		return;
	window_done(&btf->types);
	window_done(&btf->strings);
	window_done(&btf->by_id);
	free(btf->offsets);
	free(btf->entries);
	free(btf->slots);
	pthread_mutex_destroy(&btf->lock);
	free(btf);
}

static bool open_named(const struct kernel *kernel, struct btf **btf, struct dint_error *err)
{
	kva_t start = 0, stop = 0;

	if (!symbol_address(kernel, "__start_BTF", &start, err) ||
	    !symbol_address(kernel, "__stop_BTF", &stop, err))
		return false;
	if (stop < start)
		return dint_fail(err, DINT_CORRUPT, "__stop_BTF is before __start_BTF");
	return btf_open(kernel, start, stop - start, NULL, 1, btf, err);
}

/* The copy of the header by which the kernel's struct btf is known. */
static void find_parsed(struct btf *btf)
{
	uint8_t header[BTF_HEADER_BYTES] = {0};
	struct dint_error ignored;
	kva_t start = 0;

	if (symbol_address(btf->kernel, "__start_BTF", &start, &ignored) &&
	    kernel_read(btf->kernel, start, header, sizeof(header), &ignored))
		btf_parsed_find(btf, header, sizeof(header));
}

struct candidate {
	const struct kernel *kernel;
	struct btf *btf;
};

/* The kernel's own knows its tasks. */
static bool judge(void *context, kva_t at)
{
	CLEANUP(btf_close_ptr) struct btf *btf = NULL;
	struct candidate *candidate = context;
	struct dint_error ignored;
	uint32_t id = 0;

	if (!btf_open(candidate->kernel, at, WINDOW_BYTES, NULL, 1, &btf, &ignored) ||
	    !btf_find(btf, "task_struct", 1u << BTF_STRUCT, 0, &id, &ignored))
		return false;
	candidate->btf = TAKE(btf);
	return true;
}

bool btf_open_kernel(const struct kernel *kernel, struct btf **btf, struct dint_error *err)
{
	static const uint8_t heads[][8] = {{0x9f, 0xeb, 1, 0, BTF_HEADER_BYTES, 0, 0, 0},
					   {0x9f, 0xeb, 1, 0, LAYOUT_OFFSET + 8, 0, 0, 0}};
	struct candidate candidate = {kernel, NULL};
	struct dint_error unnamed;

	if (open_named(kernel, btf, err)) {
		find_parsed(*btf);
		return true;
	}
	for (size_t i = 0; err->code != DINT_CORRUPT && i < ARRAY_SIZE(heads); i++)
		if (image_search(kernel, heads[i], sizeof(heads[i]), judge, &candidate, &unnamed)) {
			*btf = candidate.btf;
			return true;
		}
	err->code = DINT_UNSUPPORTED;
	return dint_within(err, "the kernel's own types (BTF, CONFIG_DEBUG_INFO_BTF)");
}

bool btf_type(struct btf *btf, uint32_t id, struct btf_type *type, struct dint_error *err)
{
	uint64_t at, end;

	if (id == 0) {
		*type = (struct btf_type){.kind = BTF_VOID};
		return true;
	}
	while (id < btf->start_id && btf->base)
		btf = btf->base;
	if (!btf_parsed_offset(btf, id, &at)) {
		if (!btf_walk_to(btf, id, err)) {
			err->code = DINT_CORRUPT;
			return false;
		}
		at = btf->offsets[id - btf->start_id];
	}
	type->id = id;
	return btf_read_type(btf, at, type, &end, err);
}

const char *btf_name(struct btf *btf, uint32_t name)
{
	struct dint_error ignored;
	const char *text;

	while (name < btf->start_string && btf->base)
		btf = btf->base;
	text = window_text(&btf->strings, name - btf->start_string, BTF_NAME_BYTES, &ignored);
	return text ? text : "";
}

/* The bytes that follow a type, which may be a base's. */
static struct cursor extra(struct btf *btf, const struct btf_type *type, uint64_t at, size_t n,
			   struct dint_error *err)
{
	const uint8_t *bytes;

	while (type->id < btf->start_id && btf->base)
		btf = btf->base;
	bytes = window_at(&btf->types, type->extra_at + at, n, err);
	return cursor_over(bytes, bytes ? n : 0);
}

static bool read_to_end(const struct cursor *c, size_t n)
{
	return cursor_ok(c) && c->size == n;
}

bool btf_get_member(struct btf *btf, const struct btf_type *type, uint32_t i,
		    struct btf_member *member, struct dint_error *err)
{
	struct cursor c = extra(btf, type, (uint64_t)i * 12, 12, err);
	uint32_t offset;

	member->name = cursor_u32(&c);
	member->type = cursor_u32(&c);
	offset = cursor_u32(&c);
	member->bit_offset = type->kflag ? offset & 0xffffff : offset;
	member->bit_size = type->kflag ? offset >> 24 : 0;
	return read_to_end(&c, 12);
}

bool btf_get_array(struct btf *btf, const struct btf_type *type, struct btf_array *array,
		   struct dint_error *err)
{
	struct cursor c = extra(btf, type, 0, 12, err);

	array->type = cursor_u32(&c);
	cursor_skip(&c, 4);
	array->count = cursor_u32(&c);
	return read_to_end(&c, 12);
}

bool btf_get_int(struct btf *btf, const struct btf_type *type, struct btf_int *number,
		 struct dint_error *err)
{
	struct cursor c = extra(btf, type, 0, 4, err);
	uint32_t word = cursor_u32(&c);

	number->is_signed = word >> 24 & 1;
	number->is_char = word >> 24 & 2;
	number->is_bool = word >> 24 & 4;
	number->bit_offset = word >> 16 & 0xff;
	number->bits = word & 0xff;
	return read_to_end(&c, 4);
}

/* Signed by the flag since v6.0; before, none had it and all were written as if they were. */
bool btf_get_value(struct btf *btf, const struct btf_type *type, uint32_t i,
		   struct btf_value *value, struct dint_error *err)
{
	size_t n = type->kind == BTF_ENUM64 ? 12 : 8;
	struct cursor c = extra(btf, type, (uint64_t)i * n, n, err);

	value->name = cursor_u32(&c);
	if (type->kind == BTF_ENUM64)
		value->value = (int64_t)cursor_u64(&c);
	else
		value->value = (int32_t)cursor_u32(&c);
	return read_to_end(&c, n);
}

bool btf_get_variable(struct btf *btf, const struct btf_type *type, uint32_t i,
		      struct btf_variable *variable, struct dint_error *err)
{
	struct cursor c = extra(btf, type, (uint64_t)i * 12, 12, err);

	variable->type = cursor_u32(&c);
	variable->offset = cursor_u32(&c);
	variable->size = cursor_u32(&c);
	return read_to_end(&c, 12);
}

bool btf_strip(struct btf *btf, uint32_t id, struct btf_type *type, struct dint_error *err)
{
	static const uint32_t skins = 1u << BTF_TYPEDEF | 1u << BTF_VOLATILE | 1u << BTF_CONST |
				      1u << BTF_RESTRICT | 1u << BTF_TYPE_TAG;

	for (unsigned depth = 0; depth < TYPE_DEPTH_MAX; depth++) {
		if (!btf_type(btf, id, type, err))
			return false;
		if (!(skins & 1u << type->kind))
			return true;
		id = type->type;
	}
	return dint_fail(err, DINT_CORRUPT, "type %" PRIu32 ": more than %d typedefs in a row", id,
			 TYPE_DEPTH_MAX);
}

static bool size_of(struct btf *btf, uint32_t id, unsigned depth, uint64_t *size,
		    struct dint_error *err)
{
	struct btf_array array;
	struct btf_type type;

	if (depth > TYPE_DEPTH_MAX)
		return dint_fail(err, DINT_CORRUPT, "type %" PRIu32 ": an endless array", id);
	if (!btf_strip(btf, id, &type, err))
		return false;
	switch (type.kind) {
	case BTF_PTR:
		*size = POINTER_BYTES;
		return true;
	case BTF_ARRAY:
		if (!btf_get_array(btf, &type, &array, err) ||
		    !size_of(btf, array.type, depth + 1, size, err))
			return false;
		if (__builtin_mul_overflow(*size, (uint64_t)array.count, size) ||
		    *size > UINT32_MAX)
			return dint_fail(err, DINT_CORRUPT,
					 "type %" PRIu32 ": an array of %" PRIu32 " is too large",
					 id, array.count);
		return true;
	case BTF_VAR:
		return size_of(btf, type.type, depth + 1, size, err);
	default:
		*size = type.size; /* 0 of a function, void, a type only announced */
		return true;
	}
}

bool btf_size(struct btf *btf, uint32_t id, uint64_t *size, struct dint_error *err)
{
	return size_of(btf, id, 0, size, err);
}
