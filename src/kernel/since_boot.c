/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The timekeeper's offsets, the taint mask, the slab caches. */
#include "kernel/since_boot.h"

#include "base/units.h"
#include "kernel/list.h"
#include "kernel/symbols.h"
#include "kernel/types.h"

#define NS_PER_US	  1000
#define SECONDS_PLAUSIBLE ((int64_t)1 << 33) /* until the year 2242 */
#define CACHES_MAX	  65536

/* Where the timekeeper is: within tk_core, whose type had no name until 6.12 (a sequence count of 4
 * bytes precedes it), later struct tk_data, since 6.17 in timekeeper_data[0]. */
static bool timekeeper_address(const struct kernel *kernel, kva_t *at, struct dint_error *err)
{
	static const char *const names[] = {"timekeeper_data", "tk_core", NULL};
	struct symbol symbol = {0};
	struct member inner = {.offset = 8};
	struct dint_error ignored;

	if (!symbol_first(kernel, names, NULL, &symbol, err))
		return false;
	if (!member_find(kernel, "tk_data", "timekeeper", &inner, &ignored))
		inner.offset = 8;
	*at = symbol.address + inner.offset;
	return true;
}

/* CLOCK_REALTIME is CLOCK_MONOTONIC and offs_real, CLOCK_BOOTTIME it and offs_boot. */
bool boot_time_us(const struct kernel *kernel, uint64_t *us, struct dint_error *err)
{
	struct member real = {0}, boot = {0};
	int64_t real_ns = 0, boot_ns = 0;
	kva_t timekeeper = 0;

	if (!timekeeper_address(kernel, &timekeeper, err) ||
	    !member_find(kernel, "timekeeper", "offs_real", &real, err) ||
	    !member_find(kernel, "timekeeper", "offs_boot", &boot, err) ||
	    !member_i64(kernel, &real, timekeeper, &real_ns, err) ||
	    !member_i64(kernel, &boot, timekeeper, &boot_ns, err))
		return false;
	if (real_ns - boot_ns <= 0 || (real_ns - boot_ns) / 1000000000 > SECONDS_PLAUSIBLE)
		return dint_fail(err, DINT_CORRUPT, "the timekeeper's offsets make no sense");
	*us = (uint64_t)(real_ns - boot_ns) / NS_PER_US;
	return true;
}

bool uptime_s(const struct kernel *kernel, uint64_t *seconds, struct dint_error *err)
{
	struct member now = {0};
	uint64_t now_s = 0, boot_us = 0;
	kva_t timekeeper = 0;

	if (!boot_time_us(kernel, &boot_us, err) || !timekeeper_address(kernel, &timekeeper, err) ||
	    !member_find(kernel, "timekeeper", "xtime_sec", &now, err) ||
	    !member_u64(kernel, &now, timekeeper, &now_s, err))
		return false;
	if (now_s < boot_us / 1000000 || now_s > (uint64_t)SECONDS_PLAUSIBLE)
		return dint_fail(err, DINT_CORRUPT, "the timekeeper's seconds make no sense");
	*seconds = now_s - boot_us / 1000000;
	return true;
}

bool kernel_taints(const struct kernel *kernel, uint64_t *taints, struct dint_error *err)
{
	kva_t at = 0;

	return symbol_address(kernel, "tainted_mask", &at, err) &&
	       kernel_read_u64(kernel, at, taints, err);
}

bool filter_was_too_old(const struct kernel *kernel, bool *too_old, struct dint_error *err)
{
	const struct dump_facts *facts = dump_facts(kernel_dump(kernel));
	bool users_left_out = facts->dump_level >= 0 && facts->dump_level & 8;
	struct list_walk walk;
	kva_t head = 0, node = 0;

	*too_old = false;
	if (!users_left_out)
		return true;
	if (!symbol_address(kernel, "slab_caches", &head, err))
		return false;
	walk = list_begin(kernel, head, CACHES_MAX);
	while (list_next(&walk, &node))
		;
	*too_old = walk.error.code == DINT_NOT_FOUND;
	return true;
}
