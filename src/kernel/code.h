/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Code that the kernel makes at run time and that is in no file: BPF programs and trampolines,
 * trampolines of ftrace, pages of kprobes. */
#pragma once
#include "kernel/symbols.h"

#define CODE_PIECES_MAX ((uint64_t)1 << 20) /* of each kind */

struct code;

bool code_open(const struct kernel *kernel, struct code **code, struct dint_error *err);
void code_close(struct code *code);

/* DINT_NOT_FOUND: not in such code, or its lists cannot be read. */
bool code_at(const struct kernel *kernel, kva_t at, struct symbol *symbol, struct dint_error *err);
