/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole dump down to the records of its kernel's log. */
#include "kernel/printk.h"

#include "base/cleanup.h"
#include "records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(close_fd) int fd = records_file(data, size);
	CLEANUP(dump_close_ptr) struct dump *dump = NULL;
	CLEANUP(kernel_close_ptr) struct kernel *kernel = NULL;
	CLEANUP(printk_close_ptr) struct printk_log *log = NULL;
	struct printk_record record;
	struct dint_error err;
	size_t text = 0;

	if (!dump_open(fd, &dump, &err) || !kernel_open(dump, &kernel, &err) ||
	    !printk_open(kernel, &log, &err))
		return 0;
	for (unsigned i = 0; i < 10000 && printk_next(log, &record); i++)
		for (size_t at = 0; at <= record.n; at++)
			text += (uint8_t)record.text[at];
	return text == SIZE_MAX;
}
