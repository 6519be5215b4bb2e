/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUs and what each has of its own. A per-CPU variable is at symbol + __per_cpu_offset[cpu],
 * modulo 2^64, in all kernels: until v6.14 its symbol is a small number, since then an address.
 */
#pragma once
#include "kernel/kernel.h"

#define CPUS_MAX 8192 /* the highest NR_CPUS of x86-64 */

struct cpu_set {
	uint64_t bits[CPUS_MAX / 64];
};

enum cpu_mask { CPUS_POSSIBLE, CPUS_PRESENT, CPUS_ONLINE };

/* After a panic the other CPUs have left the online ones: ask for the present ones. */
bool cpus_read(const struct kernel *kernel, enum cpu_mask mask, struct cpu_set *set,
	       struct dint_error *err);
bool cpu_set_has(const struct cpu_set *set, unsigned cpu);
/* The next CPU at or after one; CPUS_MAX: no more. for (c = cpu_set_next(&s, 0); c < CPUS_MAX; c =
 * cpu_set_next(&s, c + 1)) */
unsigned cpu_set_next(const struct cpu_set *set, unsigned from);
unsigned cpu_set_count(const struct cpu_set *set);
/* The highest possible CPU and one. */
bool cpus_ids(const struct kernel *kernel, unsigned *n, struct dint_error *err);

/* What to add to a per-CPU address or pointer. */
bool percpu_offset(const struct kernel *kernel, unsigned cpu, kva_t *offset,
		   struct dint_error *err);
/* Where a CPU has the variable of a name. */
bool percpu_address(const struct kernel *kernel, const char *symbol, unsigned cpu, kva_t *address,
		    struct dint_error *err);
/* The variable of the image, and the CPU whose it is, that a per-CPU address lies in.
 * DINT_NOT_FOUND: in none. */
struct symbol;
bool percpu_at(const struct kernel *kernel, kva_t at, unsigned *cpu, struct symbol *symbol,
	       struct dint_error *err);
/* The CPU's own value of a variable of 1, 2, 4 or 8 bytes. */
bool percpu_u64(const struct kernel *kernel, const char *symbol, unsigned cpu, size_t size,
		uint64_t *value, struct dint_error *err);
/* The task that runs on a CPU, wherever the kernel keeps it (current_task, pcpu_hot). */
bool percpu_current(const struct kernel *kernel, unsigned cpu, kva_t *task, struct dint_error *err);
