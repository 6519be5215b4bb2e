/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling a capture kernel by the first records of its log. */
#include "kernel/choice.h"

#include <string.h>

#include "kernel/printk.h"

#define RECORDS 64 /* the command line is among the first */

/* kexec tells the capture kernel where the first one's memory is listed. */
static bool was_told_of_a_core(const struct kernel *kernel)
{
	CLEANUP(printk_close_ptr) struct printk_log *log = NULL;
	struct printk_record record;
	struct dint_error ignored;

	if (!printk_open(kernel, &log, &ignored))
		return false;
	for (unsigned i = 0; i < RECORDS && printk_next(log, &record); i++)
		if (strstr(record.text, "elfcorehdr="))
			return true;
	return false;
}

enum kernel_role kernel_role(const struct kernel *kernel)
{
	if (vmcoreinfo_text(kernel_vmcoreinfo(kernel), "CRASHTIME"))
		return KERNEL_CRASHED;
	return was_told_of_a_core(kernel) ? KERNEL_CAPTURE : KERNEL_SYSTEM;
}
