/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A Linux kernel in a dump. Opening one finds its VMCOREINFO, proves its page tables and checks
 * that the release in memory is the one that VMCOREINFO names; everything else is read when asked
 * for.
 */
#pragma once
#include "base/cleanup.h"
#include "dump/dump.h"
#include "kernel/paging.h"
#include "kernel/vmcoreinfo.h"

struct kernel;

/* struct new_utsname, and what follows from it. */
struct kernel_uts {
	char sysname[DUMP_UTS_BYTES], nodename[DUMP_UTS_BYTES], release[DUMP_UTS_BYTES],
		version[DUMP_UTS_BYTES], machine[DUMP_UTS_BYTES];
};

/* The dump stays the caller's and must outlive the kernel. VMCOREINFO is taken from the file's
 * note, else searched for in memory, where several kernels can be found: the one that crashed is
 * opened, else one that is no capture kernel. DINT_UNSUPPORTED when the dump has no VMCOREINFO, or
 * lacks the pages that would prove it, and for an architecture that we do not read; DINT_CORRUPT
 * when what VMCOREINFO says is not so. */
bool kernel_open(struct dump *dump, struct kernel **kernel, struct dint_error *err);
void kernel_close(struct kernel *kernel);
DEFINE_CLEANUP(kernel_close, struct kernel *)

/* Borrowed, valid until the kernel is closed. */
struct dump *kernel_dump(const struct kernel *kernel);
const struct vmcoreinfo *kernel_vmcoreinfo(const struct kernel *kernel);
const struct kernel_uts *kernel_uts(const struct kernel *kernel);
/* How many other kernels the dump holds, where they were searched for. */
size_t kernel_others(const struct kernel *kernel);
/* Debug symbols that a person gave (debuginfo.h), which outlive the kernel; NULL: none. */
struct debuginfo;
void kernel_set_debuginfo(struct kernel *kernel, struct debuginfo *debuginfo);
struct debuginfo *kernel_debuginfo(const struct kernel *kernel);
/* What its processor's architecture means to us (arch.h). */
struct arch;
const struct arch *kernel_arch(const struct kernel *kernel);
const struct paging *kernel_paging(const struct kernel *kernel);

/* Copies n bytes of the kernel's virtual memory. DINT_NOT_FOUND: not mapped, or filtered out. */
bool kernel_read(const struct kernel *kernel, kva_t at, void *to, size_t n, struct dint_error *err);
bool kernel_read_u32(const struct kernel *kernel, kva_t at, uint32_t *value,
		     struct dint_error *err);
bool kernel_read_u64(const struct kernel *kernel, kva_t at, uint64_t *value,
		     struct dint_error *err);

/*
 * What a kernel says of itself, found when it is first asked for and kept. Each may be absent:
 * DINT_UNSUPPORTED, the same words each time. Several threads may ask. Most callers want symbols.h,
 * types.h and percpu.h, which ask for themselves.
 */
struct kallsyms;
struct btf;
struct modules;
bool kernel_kallsyms(const struct kernel *kernel, struct kallsyms **kallsyms,
		     struct dint_error *err);
bool kernel_btf(const struct kernel *kernel, struct btf **btf, struct dint_error *err);
bool kernel_modules(const struct kernel *kernel, struct modules **modules, struct dint_error *err);
