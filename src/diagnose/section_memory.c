/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report's "memory": the numbers of free, watermarks, and who has most. */
#include "diagnose/report_internal.h"
#include "kernel/memory.h"

static const struct {
	const char *name;
	size_t field;
	uint32_t unit; /* bytes; 0: a page */
} numbers[] = {
	{"total_bytes", offsetof(struct memory_counters, total), 0},
	{"free_bytes", offsetof(struct memory_counters, free), 0},
	{"available_bytes", offsetof(struct memory_counters, available), 0},
	{"file_bytes", offsetof(struct memory_counters, file), 0},
	{"shared_bytes", offsetof(struct memory_counters, shmem), 0},
	{"anonymous_bytes", offsetof(struct memory_counters, anon), 0},
	{"slab_reclaimable_bytes", offsetof(struct memory_counters, slab_reclaimable), 0},
	{"slab_unreclaimable_bytes", offsetof(struct memory_counters, slab_unreclaimable), 0},
	{"page_tables_bytes", offsetof(struct memory_counters, page_tables), 0},
	{"kernel_stack_bytes", offsetof(struct memory_counters, kernel_stack_kib), 1024},
	{"dirty_bytes", offsetof(struct memory_counters, dirty), 0},
	{"writeback_bytes", offsetof(struct memory_counters, writeback), 0},
	{"swap_total_bytes", offsetof(struct memory_counters, swap_total), 0},
	{"swap_free_bytes", offsetof(struct memory_counters, swap_free), 0},
};

/* A count that a damaged dump made absurd stays below 2^63. */
static void put_bytes(struct json_writer *w, const char *key, int64_t count, uint32_t unit)
{
	int64_t bytes = 0;

	if (__builtin_mul_overflow(count, (int64_t)unit, &bytes))
		bytes = INT64_MAX;
	json_put_i64(w, key, bytes);
}

static void put_zones(const struct memory *memory, uint32_t page, struct json_writer *w)
{
	json_open_array(w, "zones");
	for (size_t i = 0; i < memory->n_zones; i++) {
		const struct memory_zone *zone = &memory->zones[i];

		json_open_object(w, NULL);
		json_put_u64(w, "node", zone->node);
		json_put_string(w, "name", zone->name);
		put_bytes(w, "managed_bytes", zone->managed, page);
		put_bytes(w, "free_bytes", zone->free, page);
		put_bytes(w, "min_bytes", zone->min, page);
		put_bytes(w, "low_bytes", zone->low, page);
		put_bytes(w, "high_bytes", zone->high, page);
		json_close(w);
	}
	json_close(w);
}

static void put_leaders(struct report *report, struct memory *memory, uint32_t page,
			struct json_writer *w)
{
	struct dint_error err = {0};

	if (!report->has_rows ||
	    !memory_read_leaders(report->kernel, report->rows.tasks, memory, &err))
		gaps_add(&report->gaps, "memory.leaders", "%s",
			 report->has_rows ? err.message : report->why_no_rows);
	json_open_array(w, "leaders");
	for (size_t i = 0; i < memory->n_leaders; i++) {
		const struct memory_leader *leader = &memory->leaders[i];

		json_open_object(w, NULL);
		json_put_i64(w, "pid", leader->pid);
		json_put_string(w, "comm", leader->comm);
		put_bytes(w, "resident_bytes", leader->resident, page);
		put_bytes(w, "swapped_bytes", leader->swapped, page);
		json_close(w);
	}
	json_close(w);
}

void section_memory(struct report *report, struct json_writer *w)
{
	uint32_t page = dump_facts(report->dump)->page_bytes;
	struct memory memory = {0};
	struct dint_error err = {0};

	if (!report->kernel || !memory_read(report->kernel, &memory, &err)) {
		json_put_null(w, "memory");
		gaps_add(&report->gaps, "memory", "%s",
			 report->kernel ? err.message : report->why_no_kernel);
		return;
	}
	json_open_object(w, "memory");
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		const char *base = (const char *)&memory.counters;

		put_bytes(w, numbers[i].name, *(const int64_t *)(base + numbers[i].field),
			  numbers[i].unit ? numbers[i].unit : page);
	}
	put_zones(&memory, page, w);
	put_leaders(report, &memory, page, w);
	json_close(w);
}
