/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a kernel was booted, what has tainted it, and whether its dump lacks what it should have. */
#pragma once
#include "kernel/kernel.h"

/* Wall clock, microseconds since 1970: what /proc/stat calls btime. */
bool boot_time_us(const struct kernel *kernel, uint64_t *us, struct dint_error *err);
/* How long it had been up when it last updated its clock, in whole seconds: a tick ago, unless the
 * CPU that keeps time hung. */
bool uptime_s(const struct kernel *kernel, uint64_t *seconds, struct dint_error *err);
/* tainted_mask; modules.h has the letters. */
bool kernel_taints(const struct kernel *kernel, uint64_t *taints, struct dint_error *err);

/* Whether a makedumpfile that does not know this kernel left out slab pages, taking them for users'
 * memory: it walks the list of slab caches, whose members are slab objects themselves, and the
 * first one in a page that was filtered out says so. */
bool filter_was_too_old(const struct kernel *kernel, bool *too_old, struct dint_error *err);
