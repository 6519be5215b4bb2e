/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The types that modules carry, each opened when it is first asked for. */
#pragma once
#include "kernel/btf.h"

#define BTF_MODULES_MAX 65536 /* nobody has a thousand */

struct btf_modules;

/* The list alone is read. DINT_UNSUPPORTED: the kernel has none (before v5.11, or so configured).
 */
bool btf_modules_open(const struct kernel *kernel, struct btf_modules **modules,
		      struct dint_error *err);
void btf_modules_close(struct btf_modules *modules);

/* The types of a module; those of the kernel are their base. DINT_NOT_FOUND: it has none. */
bool btf_of_module(const struct kernel *kernel, const char *name, struct btf **btf,
		   struct dint_error *err);
/* A type of any module's own, by its name: opens the types of one after the other. */
bool btf_find_in_modules(const struct kernel *kernel, const char *type, uint32_t kinds,
			 struct btf **btf, uint32_t *id, struct dint_error *err);
