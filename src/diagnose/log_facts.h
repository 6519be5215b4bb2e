/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One pass over the kernel log, for everything that a report takes from it. */
#pragma once
#include "diagnose/panic.h"

#define LOG_TAIL_RECORDS 20

struct log_facts {
	bool read; /* false: why says why */
	char why[256];
	struct panic_scan panic;
	char *cmdline; /* NULL: the log does not have it, or not whole */
	uint32_t cpus; /* brought up at boot; 0: the log does not say */
	uint64_t last_time_ns;
	uint64_t records, lost;
	/* the last records, oldest first from tail_start on; texts are copies */
	struct printk_record tail[LOG_TAIL_RECORDS];
	size_t tail_start, tail_count;
};

/* Never fails: a log that cannot be read is told in why. */
void log_facts_read(const struct kernel *kernel, struct log_facts *facts);
void log_facts_done(struct log_facts *facts);
