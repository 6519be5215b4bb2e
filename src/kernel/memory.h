/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the kernel's memory is used: the global counters as /proc/meminfo has them, the zones with
 * their watermarks, and the processes that have most of it. All in pages.
 *
 * Counters are the global ones, as the kernel's own files show them: what CPUs have not yet added
 * to them (some tens of pages a CPU) is in neither.
 */
#pragma once
#include "kernel/kernel.h"
#include "kernel/tasks.h"

#define MEMORY_ZONES_MAX   64 /* nodes times zones; those without memory are left out */
#define MEMORY_LEADERS_MAX 5

struct memory_counters {
	int64_t total, free;
	int64_t file; /* page cache and buffers, without the swap cache */
	int64_t shmem, anon, dirty, writeback;
	int64_t slab_reclaimable, slab_unreclaimable, page_tables;
	int64_t kernel_stack_kib;
	int64_t swap_total, swap_free;
	int64_t available; /* the kernel's estimate, si_mem_available */
};

struct memory_zone {
	unsigned node;
	char name[16];
	int64_t managed, free, min, low, high;
};

struct memory_leader {
	int32_t pid;
	char comm[TASK_COMM_BYTES];
	int64_t resident, swapped;
};

struct memory {
	struct memory_counters counters;
	struct memory_zone zones[MEMORY_ZONES_MAX];
	size_t n_zones;
	struct memory_leader leaders[MEMORY_LEADERS_MAX]; /* most resident first */
	size_t n_leaders;
};

/* The counters and zones. DINT_UNSUPPORTED where the kernel has no symbols or no types. */
bool memory_read(const struct kernel *kernel, struct memory *memory, struct dint_error *err);
/* The leaders: walks all tasks. */
bool memory_read_leaders(const struct kernel *kernel, struct tasks *tasks, struct memory *memory,
			 struct dint_error *err);
