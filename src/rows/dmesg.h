/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of the kernel log as rows. */
#pragma once
#include "kernel/printk.h"
#include "json/writer.h"

/* {time_s, level, facility, caller, text}: level and facility as syslog numbers them, caller
 * "T<pid>" or "C<cpu>", null where the kernel keeps none. */
void dmesg_put_record(struct json_writer *w, const struct printk_record *record);

/* As the kernel itself prints a record: the time before each of its lines. Control characters but
 * the tab become \xNN. */
void dmesg_add_kernel(struct buffer *to, const struct printk_record *record);
/* As makedumpfile 1.7.2 --dump-dmesg does: the time once and further lines indented; a record
 * without a text block is left out; \r, \v and \f are escaped, which that tool does not do. */
void dmesg_add_makedumpfile(struct buffer *to, const struct printk_record *record);
