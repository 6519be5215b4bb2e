/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types as C declares them, without a name: "struct task_struct *", "unsigned long [8192]",
 * "struct list_head", "ext4:ext4_inode_info" (a module's own). Without "struct", "union" or "enum"
 * the first type of the name is taken, whatever it is.
 */
#pragma once
#include "kernel/btf.h"

#define TYPE_DIMENSIONS_MAX 4

/* An array of so many arrays of … pointers to … a type. */
struct type_expr {
	struct btf *btf; /* borrowed */
	uint32_t id;
	unsigned pointers; /* stars */
	uint32_t dimensions[TYPE_DIMENSIONS_MAX];
	unsigned n_dimensions;
};

/* DINT_BAD_REQUEST: no declaration; DINT_NOT_FOUND: the kernel has no such type. */
bool type_expr_parse(const struct kernel *kernel, const char *text, struct type_expr *type,
		     struct dint_error *err);
bool type_expr_size(const struct type_expr *type, uint64_t *size, struct dint_error *err);
/* The same as C would have it: "struct list_head *", "u32 [4]". */
struct buffer;
void type_expr_add(struct buffer *to, const struct type_expr *type);
/* Of a number in BTF. */
void type_name_add(struct buffer *to, struct btf *btf, uint32_t id);
