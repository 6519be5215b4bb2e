/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The C types of the kernel's global variables, which BTF tells of per-CPU ones only, and not of
 * these in all kernels.
 *
 * To add one: its name into the row of its type in globals_table.c; where the type has changed, a
 * row in `changed` for each, the newest first: the first is taken whose types the kernel has and
 * that fits before the next symbol.
 */
#pragma once
#include "kernel/kernel.h"

#define GLOBAL_TYPE_BYTES 256

/* The declaration without the name: "struct list_head", "struct task_struct *",
 * "unsigned long [8192]". A CPU behind the name ("runqueues:0") does not matter. DINT_NOT_FOUND:
 * not one that we know. */
bool global_type(const struct kernel *kernel, const char *name, char type[GLOBAL_TYPE_BYTES],
		 struct dint_error *err);
