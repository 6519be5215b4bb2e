/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel log being read: what the two forms have in common. */
#pragma once
#include "base/buffer.h"
#include "kernel/printk.h"

struct printk_log {
	const struct kernel *kernel; /* borrowed */
	void *own;		     /* the form's */
	bool (*next)(struct printk_log *log, struct printk_record *record);
	void (*close)(struct printk_log *log);
	uint64_t lost;
	struct buffer text; /* of the record last given */
};

bool printk_ring_open(struct printk_log *log, struct dint_error *err);
bool printk_records_open(struct printk_log *log, struct dint_error *err);
/* Reads n bytes of text; false, counting the record as lost, when they cannot be read. */
bool printk_read_text(struct printk_log *log, kva_t at, size_t n, struct printk_record *record);
