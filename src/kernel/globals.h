/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The C types of the kernel's global variables, which BTF does not tell (but for per-CPU ones).
 *
 * To add one: a row in globals.c; where the type changed, a row each, the newest first, with a
 * member or type that only that kernel has.
 */
#pragma once
#include "kernel/kernel.h"

/* The declaration without the name: "struct list_head", "struct task_struct *", "unsigned long
 * [8192]"; NULL: not one that we know. */
const char *global_type(const struct kernel *kernel, const char *name);
