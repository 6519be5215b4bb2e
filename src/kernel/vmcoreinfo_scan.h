/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMCOREINFO in a dump whose file has no note of it. The kernel keeps its text in pages of its own:
 * vmcoreinfo_data from the start of a page on, vmcoreinfo_note behind a note's header, and, where a
 * capture kernel is loaded, a copy from the start of a page on in that kernel's memory. (Linux
 * kernel/vmcore_info.c, until 6.8 kernel/crash_core.c; kimage_crash_copy_vmcoreinfo)
 */
#pragma once
#include "dump/dump.h"
#include "kernel/vmcoreinfo.h"

/* Of a machine that kexec'd often, or that keeps dumps in its page cache. */
#define VMCOREINFO_FOUND_MAX 32

struct vmcoreinfo_found {
	struct vmcoreinfo
		items[VMCOREINFO_FOUND_MAX]; /* each of another kernel, the first found first */
	size_t count;
};

/* Looks at every page. Of texts about the same kernel the longest is kept: the kernel adds
 * CRASHTIME to some of them when it crashes. Whether they are true is the caller's to prove. */
void vmcoreinfo_scan(struct dump *dump, struct vmcoreinfo_found *found);
void vmcoreinfo_found_done(struct vmcoreinfo_found *found);
