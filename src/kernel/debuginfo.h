/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Source lines and inlined functions, from a vmlinux with debug symbols: an extra, which nothing
 * else needs. The file is a stranger's as much as the dump is, so it is opened before the sandbox's
 * door closes, with libdw, and looked into behind it.
 */
#pragma once
#include "base/cleanup.h"
#include "kernel/kernel.h"

#define DEBUGINFO_FRAMES_MAX \
	32 /* functions inlined into each other at one place, and the outer one */

struct debuginfo;

/* A function at a place: strings live as long as the debuginfo. */
struct source_frame {
	const char *function; /* NULL: not known */
	const char *file;     /* NULL: not known */
	int line;
	bool inlined;
};

/* Loads libdw and takes over fd; DINT_UNSUPPORTED where the library is missing. */
bool debuginfo_new(int fd, struct debuginfo **debuginfo, struct dint_error *err);
void debuginfo_free(struct debuginfo *debuginfo);
DEFINE_CLEANUP(debuginfo_free, struct debuginfo *)

/* Opens the file for that kernel. DINT_BAD_REQUEST: it is of another one, by its build id;
 * DINT_CORRUPT: it has no debug symbols. The kernel then has it: kernel_debuginfo. */
bool debuginfo_attach(struct debuginfo *debuginfo, struct kernel *kernel, struct dint_error *err);

/* The functions at an address of the image, the innermost first; exact: where it was, else a return
 * address. Returns how many: 0 for code of modules, and where the symbols have nothing. */
size_t debuginfo_frames(struct debuginfo *debuginfo, kva_t at, bool exact,
			struct source_frame frames[DEBUGINFO_FRAMES_MAX]);
