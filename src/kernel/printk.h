/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel log, record by record, oldest first, whichever form the kernel keeps it in:
 *
 *	printk_ring.c		the lockless ring buffer, 5.10 and later
 *	printk_records.c	records one behind the other in log_buf, until 5.9
 *
 * A record may have several lines. What is unreadable is skipped and counted.
 */
#pragma once
#include "base/cleanup.h"
#include "kernel/kernel.h"

#define PRINTK_CALLER_CPU ((uint32_t)1 << 31) /* of caller_id: a CPU; else a task's pid */
/* log_buf_len= allows 2 GiB; nobody logs so much, and a ring of 2^26 descriptors goes with it. */
#define PRINTK_RING_BITS_MAX 31

struct printk_record {
	uint64_t time_ns; /* of the kernel's local clock: since boot, more or less */
	const char *text; /* n bytes and a NUL behind them; valid until the next call */
	size_t n;
	uint8_t level;	  /* 0 emergency … 7 debug */
	uint8_t facility; /* 0 kernel */
	bool has_caller;
	uint32_t caller_id;
	bool lacks_block; /* an empty line for which the ring has no text block */
};

struct printk_log;

/* DINT_UNSUPPORTED when VMCOREINFO names no log, or the dump lacks where it begins. */
bool printk_open(const struct kernel *kernel, struct printk_log **log, struct dint_error *err);
void printk_close(struct printk_log *log);
DEFINE_CLEANUP(printk_close, struct printk_log *)
/* The next record; false at the end. */
bool printk_next(struct printk_log *log, struct printk_record *record);
/* Records so far that lie in memory which could not be read, or that make no sense. */
uint64_t printk_lost(const struct printk_log *log);
