/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel keeps once somebody asked for it; see the end of kernel.h. */
#pragma once
#include "kernel/kernel.h"

struct kernel_parts;

struct kernel_parts *parts_new(void);
void parts_free(struct kernel_parts *parts);
struct btf_modules;
struct code;
bool kernel_btf_modules(const struct kernel *kernel, struct btf_modules **modules,
			struct dint_error *err);
bool kernel_code(const struct kernel *kernel, struct code **code, struct dint_error *err);
/* The kernel's own, never NULL. */
struct kernel_parts *kernel_parts(const struct kernel *kernel);
