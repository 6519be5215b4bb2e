/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CPUs, and per-CPU addresses. */
#include "kernel/percpu.h"

#include <inttypes.h>
#include <string.h>

#include "base/cursor.h"
#include "kernel/kallsyms.h"
#include "kernel/symbols.h"
#include "kernel/types.h"

#define WORD_BITS 64

bool cpus_ids(const struct kernel *kernel, unsigned *n, struct dint_error *err)
{
	uint32_t value = 0;
	kva_t at = 0;

	if (!symbol_address(kernel, "nr_cpu_ids", &at, err) ||
	    !kernel_read_u32(kernel, at, &value, err))
		return dint_within(err, "number of CPUs");
	if (value < 1 || value > CPUS_MAX)
		return dint_fail(err, DINT_CORRUPT, "nr_cpu_ids: %" PRIu32, value);
	*n = value;
	return true;
}

bool cpus_read(const struct kernel *kernel, enum cpu_mask mask, struct cpu_set *set,
	       struct dint_error *err)
{
	static const char *const symbols[] = {
		[CPUS_POSSIBLE] = "__cpu_possible_mask",
		[CPUS_PRESENT] = "__cpu_present_mask",
		[CPUS_ONLINE] = "__cpu_online_mask",
	};
	uint8_t bytes[CPUS_MAX / 8] = {0};
	unsigned n = 0, words;
	kva_t at = 0;

	if (!cpus_ids(kernel, &n, err))
		return false;
	words = (n + WORD_BITS - 1) / WORD_BITS;
	if (!symbol_address(kernel, symbols[mask], &at, err) ||
	    !kernel_read(kernel, at, bytes, words * 8, err))
		return dint_within(err, "CPUs");
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	for (size_t i = 0; i < ARRAY_SIZE(set->bits); i++)
		set->bits[i] = cursor_u64(&c);
	if (n % WORD_BITS)
		set->bits[words - 1] &= ((uint64_t)1 << n % WORD_BITS) - 1;
	return true;
}

bool cpu_set_has(const struct cpu_set *set, unsigned cpu)
{
	return cpu < CPUS_MAX && set->bits[cpu / WORD_BITS] >> cpu % WORD_BITS & 1;
}

unsigned cpu_set_next(const struct cpu_set *set, unsigned from)
{
	while (from < CPUS_MAX && !cpu_set_has(set, from))
		from++;
	return from < CPUS_MAX ? from : CPUS_MAX;
}

unsigned cpu_set_count(const struct cpu_set *set)
{
	unsigned n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(set->bits); i++)
		n += (unsigned)__builtin_popcountll(set->bits[i]);
	return n;
}

bool percpu_offset(const struct kernel *kernel, unsigned cpu, kva_t *offset, struct dint_error *err)
{
	kva_t table = 0;

	if (cpu >= CPUS_MAX)
		return dint_fail(err, DINT_BAD_REQUEST, "CPU %u: there are %d at most", cpu,
				 CPUS_MAX);
	if (!symbol_address(kernel, "__per_cpu_offset", &table, err) ||
	    !kernel_read_u64(kernel, table + (kva_t)cpu * 8, offset, err))
		return dint_within(err, "CPU %u", cpu);
	return true;
}

bool percpu_address(const struct kernel *kernel, const char *symbol, unsigned cpu, kva_t *address,
		    struct dint_error *err)
{
	kva_t variable = 0, offset = 0;

	if (!symbol_address(kernel, symbol, &variable, err) ||
	    !percpu_offset(kernel, cpu, &offset, err))
		return false;
	*address = variable + offset;
	return true;
}

bool percpu_u64(const struct kernel *kernel, const char *symbol, unsigned cpu, size_t size,
		uint64_t *value, struct dint_error *err)
{
	uint8_t bytes[8] = {0};
	kva_t at = 0;

	if (size > sizeof(bytes))
		return dint_fail(err, DINT_BAD_REQUEST, "%s: %zu bytes are no number", symbol,
				 size);
	if (!percpu_address(kernel, symbol, cpu, &at, err))
		return false;
	if (!kernel_read(kernel, at, bytes, size, err))
		return dint_within(err, "%s of CPU %u", symbol, cpu);
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	*value = cursor_u64(&c);
	return true;
}

/* The variable whose address in the image is the one that a CPU's address comes from. */
static bool variable_at(const struct kernel *kernel, kva_t at, struct symbol *symbol,
			struct dint_error *err)
{
	struct symbol s = {0};
	struct kallsyms *k;
	uint32_t i = 0;

	if (!kernel_kallsyms(kernel, &k, err) || !kallsyms_at(k, at, &i, &s.size, err) ||
	    !kallsyms_address(k, i, &s.address, err) || !kallsyms_name(k, i, &s.name, &s.type, err))
		return false;
	s.offset = at - s.address;
	*symbol = s;
	return true;
}

bool percpu_at(const struct kernel *kernel, kva_t at, unsigned *cpu, struct symbol *symbol,
	       struct dint_error *err)
{
	kva_t start = 0, end = 0, offset = 0;
	struct cpu_set cpus = {0};

	if (!symbol_address(kernel, "__per_cpu_start", &start, err) ||
	    !symbol_address(kernel, "__per_cpu_end", &end, err) ||
	    !cpus_read(kernel, CPUS_POSSIBLE, &cpus, err))
		return false;
	for (unsigned c = cpu_set_next(&cpus, 0); c < CPUS_MAX; c = cpu_set_next(&cpus, c + 1)) {
		if (!percpu_offset(kernel, c, &offset, err))
			return false;
		if (at - offset - start < end - start) {
			*cpu = c;
			return variable_at(kernel, at - offset, symbol, err);
		}
	}
	return dint_fail(err, DINT_NOT_FOUND, "0x%" PRIx64 ": no per-CPU variable", at);
}

/* A variable of its own but from v6.2 to v6.14, when it was part of pcpu_hot (Linux commit
 * e57ef2ed97c1, "x86: Put hot per CPU variables into a struct"). */
bool percpu_current(const struct kernel *kernel, unsigned cpu, kva_t *task, struct dint_error *err)
{
	static const char *const names[] = {"current_task", "pcpu_hot", NULL};
	struct member in_hot = {0};
	struct symbol symbol;
	kva_t offset = 0;
	size_t which = 0;

	if (!symbol_first(kernel, names, &which, &symbol, err) ||
	    !percpu_offset(kernel, cpu, &offset, err))
		return false;
	if (which == 1 && !member_find(kernel, "pcpu_hot", "current_task", &in_hot, err))
		return false;
	if (!kernel_read_u64(kernel, symbol.address + offset + in_hot.offset, task, err))
		return dint_within(err, "current task of CPU %u", cpu);
	return true;
}
