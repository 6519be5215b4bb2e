/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A crash dump as physical memory: bytes by address, whatever the file's format. Several threads
 * may read one dump at a time.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/units.h"

/* Physical addresses end below this; x86-64 and arm64 have 52 bits at most. */
#define DUMP_PHYS_END ((phys_t)1 << 52)

struct dump;

enum page_state {
	PAGE_PRESENT,
	PAGE_ZERO,     /* in the file as "all zero" */
	PAGE_EXCLUDED, /* RAM that was filtered out */
	PAGE_ABSENT,   /* no such RAM */
	PAGE_LOST,     /* was to be in the file: dumped incompletely, cut, or damaged */
};

enum dump_completeness {
	DUMP_COMPLETE,
	DUMP_INCOMPLETE, /* its writer says so: the target was full */
	DUMP_TRUNCATED,	 /* the file ends before its pages do */
};

#define DUMP_UTS_BYTES 65 /* of each utsname field, NUL included */

/* What the file says of itself. Strings are NUL-terminated; "" is what it does not say. */
struct dump_facts {
	const char *format;	 /* "kdump", "kdump-flattened" */
	const char *compression; /* "none", "zlib" … */
	uint64_t size_bytes;	 /* of the file as it lies */
	uint32_t page_bytes;
	int dump_level; /* makedumpfile's -d; -1 unknown */
	enum dump_completeness completeness;
	char hostname[DUMP_UTS_BYTES];
	char release[DUMP_UTS_BYTES];
	char version[DUMP_UTS_BYTES];
	char machine[DUMP_UTS_BYTES];
	uint64_t timestamp_s;	   /* since 1970; 0 unknown */
	bool by_qemu;		   /* QEMU's writer, from outside; else makedumpfile's */
	bool erased;		   /* makedumpfile overwrote what its configuration names */
	uint32_t cpu_registers;	   /* CPUs whose registers are in the notes */
	const uint8_t *notes;	   /* ELF notes as they are (dump/notes.h); NULL when absent */
	size_t notes_bytes;
	const uint8_t *vmcoreinfo; /* VMCOREINFO's text, not NUL-terminated; NULL when absent */
	size_t vmcoreinfo_bytes;
};

struct dump_counts {
	uint64_t ram;	   /* pages of RAM that the machine had */
	uint64_t present;  /* in the file, zero pages included */
	uint64_t excluded; /* filtered out */
	uint64_t lost;	   /* were to be in the file; pages that do not unpack are not counted */
};

/* Opens the dump behind fd, which stays the caller's. DINT_UNSUPPORTED when no format recognises it
 * or we do not read the one that does (the message says what to do), DINT_CORRUPT when the one that
 * does finds it broken. */
bool dump_open(int fd, struct dump **dump, struct dint_error *err);
void dump_close(struct dump *dump);
DEFINE_CLEANUP(dump_close, struct dump *)

/* Borrowed, valid until the dump is closed. */
const struct dump_facts *dump_facts(const struct dump *dump);
/* Walks the bitmaps, and the page descriptors of a damaged dump: not free for a large one. */
void dump_count(const struct dump *dump, struct dump_counts *counts);
enum page_state dump_page_state(const struct dump *dump, pfn_t pfn);

/* Copies n bytes of physical memory. A page that kdump filtered out or that is no RAM is
 * DINT_NOT_FOUND: left out is not broken, and most callers carry on. One that is lost or does not
 * unpack is DINT_CORRUPT. */
bool dump_read(struct dump *dump, phys_t at, void *to, size_t n, struct dint_error *err);
