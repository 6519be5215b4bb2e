/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words that name a place in the kernel's memory, and such places as text. */
#pragma once
#include "base/buffer.h"
#include "kernel/symbols.h"

/* An address as people write it (0xffffffff81000000, ffffffff81000000), or a symbol, with or
 * without an offset: init_task, schedule+0x10, ext4:ext4_sops, and of a CPU runqueues:0.
 * DINT_BAD_REQUEST: none of these; DINT_NOT_FOUND: no such symbol. */
bool operand_address(const struct kernel *kernel, const char *word, kva_t *address,
		     struct dint_error *err);
/* Whether a word is an address, and no name. */
bool operand_number(const char *word, kva_t *address);

/* "schedule+0x10 [module]", escaped. */
void operand_add_symbol(struct buffer *to, const struct symbol *symbol);
