/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Choosing the form of the kernel log. */
#include "kernel/printk.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "kernel/printk_internal.h"

static bool open_form(struct printk_log *log, struct dint_error *err)
{
	const struct vmcoreinfo *info = kernel_vmcoreinfo(log->kernel);

	if (vmcoreinfo_text(info, "SYMBOL(prb)"))
		return printk_ring_open(log, err);
	if (vmcoreinfo_text(info, "SYMBOL(log_first_idx)"))
		return printk_records_open(log, err);
	return dint_fail(err, DINT_UNSUPPORTED, "VMCOREINFO does not say where it is");
}

bool printk_open(const struct kernel *kernel, struct printk_log **out, struct dint_error *err)
{
	CLEANUP(printk_close_ptr) struct printk_log *log = xcalloc(1, sizeof(*log));

	log->kernel = kernel;
	if (!open_form(log, err)) {
		if (err->code == DINT_NOT_FOUND)
			err->code = DINT_UNSUPPORTED;
		return dint_within(err, "kernel log");
	}
	*out = TAKE(log);
	return true;
}

void printk_close(struct printk_log *log)
{
	if (!log)
		return;
	if (log->own)
		log->close(log);
	buffer_done(&log->text);
	free(log);
}

bool printk_next(struct printk_log *log, struct printk_record *record)
{
	return log->next(log, record);
}

uint64_t printk_lost(const struct printk_log *log)
{
	return log->lost;
}

bool printk_read_text(struct printk_log *log, kva_t at, size_t n, struct printk_record *record)
{
	struct dint_error ignored;

	buffer_clear(&log->text);
	if (n > 0 && !kernel_read(log->kernel, at, buffer_room(&log->text, n), n, &ignored)) {
		log->lost++;
		return false;
	}
	buffer_grow(&log->text, n);
	record->text = buffer_text(&log->text);
	record->n = n;
	return true;
}
