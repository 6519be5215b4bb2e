/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel has made of its own BTF, once a BPF program or a module with types was loaded:
 * btf_vmlinux, a struct btf. Two things in it are known by what they are, whatever its layout:
 *
 *	a pointer to pointers, the one at 1 to the first type
 *	a copy of the header, and behind it how many types there are
 *
 * Nothing is believed for it: an offset that comes from there is checked like any other.
 */
#include <string.h>

#include "kernel/btf_internal.h"
#include "kernel/symbols.h"

#define STRUCT_BYTES 256 /* of struct btf; both are in its first 100 */
#define POINTERS     8	 /* words in which the array may be */
#define SAMPLES	     32	 /* types by which one sees that they are sorted */

static uint64_t word_of(const uint8_t *bytes, size_t n)
{
	struct cursor c = cursor_over(bytes, n);

	return n == 4 ? cursor_u32(&c) : cursor_u64(&c);
}

/* The array, by the pointer to the first type that it must hold. */
static kva_t find_array(const struct btf *btf, const uint8_t *bytes)
{
	struct dint_error ignored;

	for (unsigned i = 0; i < POINTERS; i++) {
		kva_t array = word_of(bytes + i * 8, 8);
		uint64_t first = 0;

		if (array % 8 == 0 && array &&
		    kernel_read_u64(btf->kernel, array + 8, &first, &ignored) &&
		    first == btf->types.start)
			return array;
	}
	return 0;
}

/* How many types, where the header's copy ends; the header may have grown since it was written. */
static uint32_t find_count(const struct btf *btf, const uint8_t *bytes, const uint8_t *header,
			   size_t n)
{
	const uint8_t *copy = memmem(bytes, STRUCT_BYTES - 16, header, n);
	uint64_t most = btf->types.size / BTF_TYPE_BYTES + 1;

	for (size_t grown = 0; copy && grown <= 8; grown += 8) {
		uint64_t count = word_of(copy + n + grown, 4);

		if (count > 1 && count <= most)
			return (uint32_t)count;
	}
	return 0;
}

bool btf_parsed_offset(struct btf *btf, uint32_t id, uint64_t *offset)
{
	const uint8_t *bytes;
	struct dint_error ignored;

	if (id == 0 || id >= btf->n_ids)
		return false;
	bytes = window_at(&btf->by_id, (uint64_t)id * 8, 8, &ignored);
	if (!bytes)
		return false;
	*offset = word_of(bytes, 8) - btf->types.start;
	return *offset < btf->types.size && *offset % 4 == 0;
}

static bool name_at(struct btf *btf, uint32_t id, const char **name, struct btf_type *type)
{
	struct dint_error ignored;
	uint64_t at = 0, end;

	if (!btf_parsed_offset(btf, id, &at) || !btf_read_type(btf, at, type, &end, &ignored))
		return false;
	type->id = id;
	*name = btf_name(btf, type->name);
	return true;
}

/* Types without a name first, then ascending names. */
static bool looks_sorted(struct btf *btf)
{
	const char *before = "", *name;
	struct btf_type type;

	for (uint32_t i = 0; i < SAMPLES; i++) {
		uint32_t id = 1 + (uint32_t)((uint64_t)(btf->n_ids - 2) * i / (SAMPLES - 1));

		if (!name_at(btf, id, &name, &type) || strcmp(before, name) > 0)
			return false;
		before = name;
	}
	return *before != '\0';
}

void btf_parsed_find(struct btf *btf, const uint8_t *header, size_t n)
{
	uint8_t bytes[STRUCT_BYTES] = {0};
	struct dint_error ignored;
	kva_t variable = 0, at = 0, array;
	uint32_t count;

	if (!symbol_address(btf->kernel, "btf_vmlinux", &variable, &ignored) ||
	    !kernel_read_u64(btf->kernel, variable, &at, &ignored) || !at ||
	    !kernel_read(btf->kernel, at, bytes, sizeof(bytes), &ignored))
		return;
	array = find_array(btf, bytes);
	count = find_count(btf, bytes, header, n);
	if (!array || !count ||
	    !window_open(btf->kernel, array, (uint64_t)count * 8, &btf->by_id, &ignored))
		return;
	btf->n_ids = count;
	btf->sorted = looks_sorted(btf);
}

/* The first id whose name is not before one. */
static uint32_t lower_bound(struct btf *btf, const char *wanted)
{
	uint32_t low = 1, high = btf->n_ids;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct btf_type type;
		const char *name;

		if (name_at(btf, middle, &name, &type) && strcmp(name, wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool btf_sorted_find(struct btf *btf, const char *wanted, uint32_t kinds, uint32_t id,
		     uint32_t *found)
{
	struct btf_type type;
	const char *name;

	for (uint32_t at = lower_bound(btf, wanted); name_at(btf, at, &name, &type); at++) {
		if (strcmp(name, wanted) != 0)
			return false;
		if (at > id && kinds & 1u << type.kind) {
			*found = at;
			return true;
		}
	}
	return false;
}
