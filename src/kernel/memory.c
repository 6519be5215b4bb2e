/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters, zones and watermarks. (Linux mm/vmstat.c, mm/page_alloc.c, fs/proc/meminfo.c) */
#include "kernel/memory.h"

#include <string.h>

#include "base/units.h"
#include "kernel/symbols.h"
#include "kernel/types.h"

#define NODES_MAX 1024 /* MAX_NUMNODES of x86-64 */

/* Items of vm_zone_stat and vm_node_stat, numbered by enumerations; some have been in both. */
static const struct item {
	const char *name; /* and older names */
	size_t field;
	bool needed;
} items[] = {
	{"NR_FREE_PAGES", offsetof(struct memory_counters, free), true},
	{"NR_FILE_PAGES", offsetof(struct memory_counters, file), true},
	{"NR_SHMEM", offsetof(struct memory_counters, shmem), true},
	{"NR_ANON_MAPPED", offsetof(struct memory_counters, anon), true},
	{"NR_FILE_DIRTY", offsetof(struct memory_counters, dirty), true},
	{"NR_WRITEBACK", offsetof(struct memory_counters, writeback), true},
	/* _B since 5.9 (d42f3245c7e2 "mm: memcg: convert vmstat slab counters to bytes"): the
	 * global counters go on in pages */
	{"NR_SLAB_RECLAIMABLE_B|NR_SLAB_RECLAIMABLE",
	 offsetof(struct memory_counters, slab_reclaimable), true},
	{"NR_SLAB_UNRECLAIMABLE_B|NR_SLAB_UNRECLAIMABLE",
	 offsetof(struct memory_counters, slab_unreclaimable), true},
	{"NR_PAGETABLE", offsetof(struct memory_counters, page_tables), true},
	{"NR_KERNEL_STACK_KB", offsetof(struct memory_counters, kernel_stack_kib), true},
};

/* An atomic_long_t or long of the image; what a race made negative is 0, as the kernel shows it. */
static bool read_long(const struct kernel *kernel, kva_t at, int64_t *value, struct dint_error *err)
{
	uint64_t word = 0;

	if (!kernel_read_u64(kernel, at, &word, err))
		return false;
	*value = (int64_t)word < 0 ? 0 : (int64_t)word;
	return true;
}

static bool read_symbol(const struct kernel *kernel, const char *name, int64_t *value,
			struct dint_error *err)
{
	kva_t at = 0;

	return symbol_address(kernel, name, &at, err) &&
	       (read_long(kernel, at, value, err) || dint_within(err, "%s", name));
}

/* Which array has an item, and where. */
static bool item_address(const struct kernel *kernel, const char *name, kva_t *at,
			 struct dint_error *err)
{
	static const struct {
		const char *enumeration, *array;
	} arrays[] = {{"zone_stat_item", "vm_zone_stat"}, {"node_stat_item", "vm_node_stat"}};
	int64_t index = 0;

	for (size_t i = 0; i < ARRAY_SIZE(arrays); i++) {
		if (!enum_value(kernel, arrays[i].enumeration, name, &index, err))
			continue;
		if (!symbol_address(kernel, arrays[i].array, at, err))
			return false;
		*at += (uint64_t)index * 8;
		return true;
	}
	return dint_within(err, "memory counters");
}

static bool read_items(const struct kernel *kernel, struct memory_counters *counters,
		       struct dint_error *err)
{
	struct dint_error ignored;
	int64_t swap_cache = 0;
	kva_t at = 0;

	for (size_t i = 0; i < ARRAY_SIZE(items); i++) {
		int64_t *field = (int64_t *)((char *)counters + items[i].field);

		if (!item_address(kernel, items[i].name, &at, err) ||
		    !read_long(kernel, at, field, err))
			return false;
	}
	/* among the file pages; an item since 5.12 (b6038942480e "mm: memcg: add swapcache stat")
	 */
	if (item_address(kernel, "NR_SWAPCACHE", &at, &ignored) &&
	    read_long(kernel, at, &swap_cache, &ignored) && swap_cache < counters->file)
		counters->file -= swap_cache;
	return true;
}

/* A kernel without swap (CONFIG_SWAP=n) has none of these. */
static void read_swap(const struct kernel *kernel, struct memory_counters *counters)
{
	struct dint_error ignored;

	if (!read_symbol(kernel, "total_swap_pages", &counters->swap_total, &ignored) ||
	    !read_symbol(kernel, "nr_swap_pages", &counters->swap_free, &ignored))
		counters->swap_total = counters->swap_free = 0;
}

struct zone_members {
	struct member zones, node_id;			 /* of a node */
	struct member name, watermark, managed, vm_stat; /* of a zone */
};

static bool find_zone_members(const struct kernel *kernel, struct zone_members *m,
			      struct dint_error *err)
{
	static const struct member_row rows[] = {
		{offsetof(struct zone_members, zones), "pglist_data", "node_zones", false},
		{offsetof(struct zone_members, node_id), "pglist_data", "node_id", false},
		{offsetof(struct zone_members, name), "zone", "name", false},
		{offsetof(struct zone_members, watermark), "zone", "_watermark", false},
		{offsetof(struct zone_members, managed), "zone", "managed_pages", false},
		{offsetof(struct zone_members, vm_stat), "zone", "vm_stat", false},
	};

	return member_find_all(kernel, rows, ARRAY_SIZE(rows), m, err);
}

static void read_zone_name(const struct kernel *kernel, const struct zone_members *m, kva_t at,
			   struct memory_zone *zone)
{
	struct dint_error ignored;
	kva_t text = 0;

	if (!member_ptr(kernel, &m->name, at, &text, &ignored) ||
	    !kernel_read(kernel, text, zone->name, sizeof(zone->name) - 1, &ignored))
		strcpy(zone->name, "?");
}

static bool read_zone(const struct kernel *kernel, const struct zone_members *m, kva_t at,
		      int64_t free_index, struct memory_zone *zone, struct dint_error *err)
{
	kva_t marks = member_at(&m->watermark, at);

	if (!read_long(kernel, member_at(&m->managed, at), &zone->managed, err) ||
	    !read_long(kernel, member_at(&m->vm_stat, at) + (uint64_t)free_index * 8, &zone->free,
		       err) ||
	    !read_long(kernel, marks, &zone->min, err) ||
	    !read_long(kernel, marks + 8, &zone->low, err) ||
	    !read_long(kernel, marks + 16, &zone->high, err))
		return dint_within(err, "zone 0x%lx", (unsigned long)at);
	read_zone_name(kernel, m, at, zone);
	return true;
}

static bool read_node(const struct kernel *kernel, const struct zone_members *m, kva_t node,
		      int64_t free_index, struct memory *memory, struct dint_error *err)
{
	uint64_t id = 0;

	if (!member_u64(kernel, &m->node_id, node, &id, err))
		return dint_within(err, "node 0x%lx", (unsigned long)node);
	for (uint64_t i = 0; i < m->zones.count && memory->n_zones < MEMORY_ZONES_MAX; i++) {
		struct memory_zone zone = {.node = (unsigned)id};
		kva_t at = member_at(&m->zones, node) + i * m->zones.stride;

		if (!read_zone(kernel, m, at, free_index, &zone, err))
			return false;
		if (zone.managed > 0)
			memory->zones[memory->n_zones++] = zone;
	}
	return true;
}

/* The nodes: an array of pointers, or without NUMA the only one. */
static bool read_nodes(const struct kernel *kernel, struct memory *memory, struct dint_error *err)
{
	struct zone_members m = {0};
	struct symbol nodes = {0};
	int64_t free_index = 0;
	kva_t node = 0;
	struct dint_error ignored;

	if (!find_zone_members(kernel, &m, err) ||
	    !enum_value(kernel, "zone_stat_item", "NR_FREE_PAGES", &free_index, err))
		return false;
	if (!symbol_find(kernel, "node_data", &nodes, &ignored))
		return symbol_address(kernel, "contig_page_data", &node, err) &&
		       read_node(kernel, &m, node, free_index, memory, err);
	/* nodes that are not there are NULL; they may be numbered with gaps */
	for (uint64_t i = 0; i < NODES_MAX && i * 8 < nodes.size; i++) {
		if (!kernel_read_u64(kernel, nodes.address + i * 8, &node, err))
			return dint_within(err, "node_data");
		if (node && !read_node(kernel, &m, node, free_index, memory, err))
			return false;
	}
	return true;
}

static int64_t half_at_most(int64_t pages, int64_t limit)
{
	return pages / 2 < limit ? pages / 2 : limit;
}

/* si_mem_available: free pages above the reserve, and of what can be reclaimed all but what must
 * stay: a half, or as much as the low watermarks. */
static bool estimate_available(const struct kernel *kernel, struct memory *memory,
			       struct dint_error *err)
{
	struct memory_counters *c = &memory->counters;
	int64_t reserve = 0, low = 0, cache = c->file - c->shmem;

	if (!read_symbol(kernel, "totalreserve_pages", &reserve, err))
		return false;
	for (size_t i = 0; i < memory->n_zones; i++)
		low += memory->zones[i].low;
	if (cache < 0)
		cache = 0;
	c->available = c->free - reserve + cache - half_at_most(cache, low) + c->slab_reclaimable -
		       half_at_most(c->slab_reclaimable, low);
	if (c->available < 0)
		c->available = 0;
	return true;
}

bool memory_read(const struct kernel *kernel, struct memory *memory, struct dint_error *err)
{
	struct memory m = {0};

	if (!read_symbol(kernel, "_totalram_pages", &m.counters.total, err) ||
	    !read_items(kernel, &m.counters, err) || !read_nodes(kernel, &m, err) ||
	    !estimate_available(kernel, &m, err))
		return false;
	read_swap(kernel, &m.counters);
	*memory = m;
	return true;
}
