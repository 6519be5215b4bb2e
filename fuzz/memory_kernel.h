/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel that is its memory alone, in place of kernel/kernel.c: the input is VMCOREINFO's text
 * and a NUL, then what lies from SYMBOL(_stext) on. So a seed is no larger than the tables that it
 * is about, and what a fuzzer changes is these, not the dump around them. `tests/dumps/build
 * --memory` makes seeds.
 */
#pragma once
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cursor.h"
#include "kernel/kernel.h"
#include "kernel/parts.h"

#define MEMORY_START 0xffffffff81000000

struct kernel {
	struct vmcoreinfo info;
	struct paging paging;
	struct kernel_uts uts;
	struct kernel_parts *parts;
	kva_t start;
	const uint8_t *bytes;
	size_t n;
};

/* False where the input has no VMCOREINFO. */
static inline bool memory_kernel_open(const uint8_t *data, size_t size, struct kernel *kernel)
{
	const uint8_t *end = memchr(data, '\0', size);
	struct dint_error err;

	memset(kernel, 0, sizeof(*kernel));
	if (!end || !vmcoreinfo_parse(data, (size_t)(end - data), &kernel->info, &err))
		return false;
	if (!vmcoreinfo_symbol(&kernel->info, "_stext", &kernel->start, &err))
		kernel->start = MEMORY_START;
	kernel->bytes = end + 1;
	kernel->n = size - (size_t)(end + 1 - data);
	kernel->parts = parts_new();
	return true;
}

void kernel_close(struct kernel *kernel)
{
	parts_free(kernel->parts);
	vmcoreinfo_done(&kernel->info);
}

bool kernel_open(struct dump *dump, struct kernel **kernel, struct dint_error *err)
{
	(void)dump;
	(void)kernel;
	return dint_fail(err, DINT_UNSUPPORTED, "there is no dump");
}

struct dump *kernel_dump(const struct kernel *kernel)
{
	(void)kernel;
	return NULL;
}

const struct vmcoreinfo *kernel_vmcoreinfo(const struct kernel *kernel)
{
	return &kernel->info;
}

const struct kernel_uts *kernel_uts(const struct kernel *kernel)
{
	return &kernel->uts;
}

const struct paging *kernel_paging(const struct kernel *kernel)
{
	return &kernel->paging;
}

struct kernel_parts *kernel_parts(const struct kernel *kernel)
{
	return kernel->parts;
}

bool kernel_read(const struct kernel *kernel, kva_t at, void *to, size_t n, struct dint_error *err)
{
	uint64_t from = at - kernel->start, there;

	/* zeros follow, as far as its last page goes and a little further */
	if (from >= kernel->n || n > kernel->n - from + 8192)
		return dint_fail(err, DINT_NOT_FOUND, "not there");
	there = n < kernel->n - from ? n : kernel->n - from;
	memcpy(to, kernel->bytes + from, there);
	memset((uint8_t *)to + there, 0, n - there);
	return true;
}

bool kernel_read_u32(const struct kernel *kernel, kva_t at, uint32_t *value, struct dint_error *err)
{
	uint8_t bytes[4] = {0};
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	if (!kernel_read(kernel, at, bytes, sizeof(bytes), err))
		return false;
	*value = cursor_u32(&c);
	return true;
}

bool kernel_read_u64(const struct kernel *kernel, kva_t at, uint64_t *value, struct dint_error *err)
{
	uint8_t bytes[8] = {0};
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	if (!kernel_read(kernel, at, bytes, sizeof(bytes), err))
		return false;
	*value = cursor_u64(&c);
	return true;
}
