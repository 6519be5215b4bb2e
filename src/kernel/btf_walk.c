/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walking types, noting where each begins and what the named ones are called. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "kernel/btf_internal.h"

#define CORE_TYPES 16384

/* Bytes behind a type's first 12: once, and for each of vlen. */
static const struct btf_layout kinds[BTF_KINDS] = {
	[BTF_INT] = {4, 0},	[BTF_ARRAY] = {12, 0},	 [BTF_STRUCT] = {0, 12},
	[BTF_UNION] = {0, 12},	[BTF_ENUM] = {0, 8},	 [BTF_FUNC_PROTO] = {0, 8},
	[BTF_VAR] = {4, 0},	[BTF_DATASEC] = {0, 12}, [BTF_DECL_TAG] = {4, 0},
	[BTF_ENUM64] = {0, 12},
};

static const uint32_t kinds_with_size = 1u << BTF_INT | 1u << BTF_STRUCT | 1u << BTF_UNION |
					1u << BTF_ENUM | 1u << BTF_DATASEC | 1u << BTF_FLOAT |
					1u << BTF_ENUM64;

static bool layout_of(const struct btf *btf, uint32_t kind, struct btf_layout *layout)
{
	if (kind > 0 && kind < BTF_KINDS)
		*layout = kinds[kind];
	else if (kind > 0 && kind < btf->n_layouts)
		*layout = btf->layouts[kind];
	else
		return false;
	return true;
}

/* The window has checked that they are there; a cursor's bounds cost as much as all the rest, a
 * hundred thousand times. */
static inline uint32_t word(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

bool btf_read_type(struct btf *btf, uint64_t at, struct btf_type *type, uint64_t *end,
		   struct dint_error *err)
{
	const uint8_t *bytes = window_at(&btf->types, at, BTF_TYPE_BYTES, err);
	struct btf_layout layout;
	uint32_t info;

	if (!bytes)
		return false;
	type->name = word(bytes);
	info = word(bytes + 4);
	type->size = type->type = word(bytes + 8);
	type->kind = info >> 24 & 0x1f;
	type->vlen = info & 0xffff;
	type->kflag = info >> 31;
	type->extra_at = at + BTF_TYPE_BYTES;
	if (!layout_of(btf, type->kind, &layout))
		return dint_fail(err, DINT_UNSUPPORTED, "a type of unknown kind %u",
				 (unsigned)type->kind);
	if (kinds_with_size & 1u << type->kind)
		type->type = 0;
	else
		type->size = 0;
	*end = type->extra_at + layout.info + (uint64_t)type->vlen * layout.element;
	if (*end > btf->types.size)
		return dint_fail(err, DINT_CORRUPT, "a type is cut short");
	return true;
}

static uint32_t hash_of(const char *name)
{
	uint32_t hash = 2166136261;

	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 16777619;
	return hash;
}

static void widen(struct btf *btf)
{
	btf->n_slots = btf->n_slots ? btf->n_slots * 2 : 4096;
	free(btf->slots);
	btf->slots = xcalloc(btf->n_slots, sizeof(*btf->slots));
	for (size_t i = 0; i < btf->n_entries; i++) {
		uint32_t *slot = &btf->slots[btf->entries[i].hash & (btf->n_slots - 1)];

		btf->entries[i].next = *slot;
		*slot = (uint32_t)i + 1;
	}
}

static void note_name(struct btf *btf, uint32_t id, uint32_t hash)
{
	if (btf->n_entries >= btf->n_slots)
		widen(btf);

	uint32_t *slot = &btf->slots[hash & (btf->n_slots - 1)];

	btf->entries = xgrow(btf->entries, btf->n_entries, sizeof(*btf->entries));
	btf->entries[btf->n_entries++] = (struct btf_entry){hash, id, *slot};
	*slot = (uint32_t)btf->n_entries;
}

/* One type further, with the lock held; its name's hash, 0 where nobody can ask for it. */
static bool step(struct btf *btf, uint32_t *hash)
{
	uint32_t id = btf->start_id + btf->walked;
	struct btf_type type = {.id = id};
	uint64_t end = 0;

	*hash = 0;
	if (btf->stopped.code)
		return false;
	if (btf->next >= btf->types.size || btf->walked >= BTF_TYPES_MAX) {
		dint_error_set(&btf->stopped, DINT_NOT_FOUND, "no more types");
		return false;
	}
	if (!btf_read_type(btf, btf->next, &type, &end, &btf->stopped)) {
		dint_error_prefix(&btf->stopped, "type %" PRIu32, id);
		return false;
	}
	if (type.name && BTF_NAMED & 1u << type.kind) {
		*hash = hash_of(btf_name(btf, type.name));
		note_name(btf, id, *hash);
	}
	btf->offsets[btf->walked] = (uint32_t)btf->next;
	btf->next = end;
	__atomic_store_n(&btf->walked, btf->walked + 1, __ATOMIC_RELEASE);
	return true;
}

bool btf_walk_to(struct btf *btf, uint32_t id, struct dint_error *err)
{
	bool passed = true;
	uint32_t ignored;

	if (id - btf->start_id < __atomic_load_n(&btf->walked, __ATOMIC_ACQUIRE))
		return true;
	pthread_mutex_lock(&btf->lock);
	while (passed && btf->walked <= id - btf->start_id)
		passed = step(btf, &ignored);
	if (!passed)
		*err = btf->stopped;
	if (!passed && err->code == DINT_NOT_FOUND)
		dint_error_set(err, DINT_NOT_FOUND, "type %" PRIu32 ": there are %" PRIu32, id,
			       btf->start_id + btf->walked);
	pthread_mutex_unlock(&btf->lock);
	return passed;
}

bool btf_end(struct btf *btf, uint32_t *end, struct dint_error *err)
{
	struct dint_error why;

	if (!btf_walk_to(btf, btf->start_id + BTF_TYPES_MAX, &why) && why.code != DINT_NOT_FOUND) {
		*err = why;
		return false;
	}
	*end = btf->start_id + btf->walked;
	return true;
}

static bool matches(struct btf *btf, uint32_t id, const char *name, uint32_t kinds_wanted)
{
	struct dint_error ignored;
	struct btf_type type;
	uint64_t end;

	return btf_read_type(btf, btf->offsets[id - btf->start_id], &type, &end, &ignored) &&
	       kinds_wanted & 1u << type.kind && strcmp(btf_name(btf, type.name), name) == 0;
}

/* The least id after one among those walked; 0: none. */
static uint32_t find_walked(struct btf *btf, const char *name, uint32_t hash, uint32_t wanted,
			    uint32_t after)
{
	uint32_t best = 0;

	if (!btf->n_slots)
		return 0;
	for (uint32_t at = btf->slots[hash & (btf->n_slots - 1)]; at;
	     at = btf->entries[at - 1].next) {
		const struct btf_entry *entry = &btf->entries[at - 1];

		if (entry->hash == hash && entry->id > after && (!best || entry->id < best) &&
		    matches(btf, entry->id, name, wanted))
			best = entry->id;
	}
	return best;
}

/* Whether a name is among the strings, of which each is there once; true where that cannot be seen.
 */
static bool is_string(struct btf *btf, const char *name)
{
	size_t n = strlen(name) + 1;
	struct dint_error ignored;
	const uint8_t *here = window_at(&btf->strings, 0, btf->strings.size, &ignored);
	const uint8_t *end = here + btf->strings.size;

	if (!here)
		return true;
	while ((here = memmem(here, (size_t)(end - here), name, n))) {
		if (here == end - btf->strings.size || here[-1] == '\0')
			return true;
		here++;
	}
	return false;
}

/* Walks on until a name comes by; 0: it does not. The kernel's core types come early. Before the
 * rest is walked, which is most of the table, a look at the strings, which are less, tells of most
 * names that are not there. */
static uint32_t walk_to_name(struct btf *btf, const char *name, uint32_t hash, uint32_t wanted,
			     uint32_t after)
{
	bool probed = btf->base != NULL;
	uint32_t passed = 0;

	while (!btf->stopped.code) {
		if (!probed && btf->walked >= CORE_TYPES) {
			probed = true;
			if (!is_string(btf, name))
				return 0;
		}
		if (!step(btf, &passed))
			return 0;
		uint32_t last = btf->start_id + btf->walked - 1;

		if (passed == hash && last > after && matches(btf, last, name, wanted))
			return last;
	}
	return 0;
}

bool btf_find(struct btf *btf, const char *name, uint32_t wanted, uint32_t id, uint32_t *found,
	      struct dint_error *err)
{
	uint32_t hash = hash_of(name), best;

	if (btf->sorted) {
		if (btf_sorted_find(btf, name, wanted, id, found))
			return true;
		return dint_fail(err, DINT_NOT_FOUND, "no type '%.120s'", name);
	}
	pthread_mutex_lock(&btf->lock);
	best = find_walked(btf, name, hash, wanted, id);
	if (!best)
		best = walk_to_name(btf, name, hash, wanted, id);
	if (!best && btf->stopped.code && btf->stopped.code != DINT_NOT_FOUND)
		*err = btf->stopped;
	else if (!best)
		dint_error_set(err, DINT_NOT_FOUND, "no type '%.120s'", name);
	pthread_mutex_unlock(&btf->lock);
	*found = best;
	return best != 0;
}
