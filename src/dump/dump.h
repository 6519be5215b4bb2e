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
	DUMP_INCOMPLETE,    /* its writer says so: the target was full */
	DUMP_PARTS_MISSING, /* of a split dump */
	DUMP_TRUNCATED,	    /* the file ends before its pages do */
};

#define DUMP_UTS_BYTES 65 /* of each utsname field, NUL included */

/* What the file says of itself. Strings are NUL-terminated; "" is what it does not say. */
struct dump_facts {
	const char *format;	 /* "kdump", "kdump-flattened", "elf" … */
	const char *container;	 /* "gzip" … around the whole file; NULL: none */
	const char *compression; /* "none", "zlib" … */
	uint64_t size_bytes;	 /* of the file as it lies */
	uint32_t page_bytes;
	int dump_level; /* makedumpfile's -d; -1 unknown */
	enum dump_completeness completeness;
	char hostname[DUMP_UTS_BYTES];
	char release[DUMP_UTS_BYTES];
	char version[DUMP_UTS_BYTES];
	char machine[DUMP_UTS_BYTES];
	uint64_t timestamp_s;	/* since 1970; 0 unknown */
	const char *writer;	/* "makedumpfile", "qemu", "lime"; NULL: it does not show */
	bool qemu_notes;	/* the notes have the registers that QEMU saw, from outside */
	bool erased;		/* makedumpfile overwrote what its configuration names */
	bool split;		/* a set of parts */
	bool zero_unsure;	/* pages that read as zero may have been filtered out */
	bool guessed;		/* nothing says that this is a dump: prove it by the kernel in it */
	uint32_t cpu_registers; /* CPUs whose registers are in the notes */
	const uint8_t *notes;	/* ELF notes as they are (dump/notes.h); NULL when absent */
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
 * does finds it broken. Loads what it needs. */
bool dump_open(int fd, struct dump **dump, struct dint_error *err);

/* The same for one of n parts, with nothing loaded or opened but what tools (dump/tools.h) has,
 * which stays the caller's and outlives the dump. */
struct dump_tools;
bool dump_open_parts(const int *fds, size_t n, const struct dump_tools *tools, struct dump **dump,
		     struct dint_error *err);
void dump_close(struct dump *dump);
DEFINE_CLEANUP(dump_close, struct dump *)

/* Borrowed, valid until the dump is closed. */
const struct dump_facts *dump_facts(const struct dump *dump);
/* Walks the bitmaps, and the page descriptors of a damaged dump: not free for a large one. */
void dump_count(const struct dump *dump, struct dump_counts *counts);
enum page_state dump_page_state(const struct dump *dump, pfn_t pfn);
/* The first page from pfn on that is in the file, UINT64_MAX at the end. */
pfn_t dump_next_page(const struct dump *dump, pfn_t pfn);

/* How a raw image may lie in memory: a dump that was guessed has several ways, and nothing but the
 * kernel in it tells which is right. False when there are no more. */
bool dump_try_layout(struct dump *dump, unsigned number);

/* Copies n bytes of physical memory. A page that kdump filtered out or that is no RAM is
 * DINT_NOT_FOUND: left out is not broken, and most callers carry on. One that is lost or does not
 * unpack is DINT_CORRUPT. */
bool dump_read(struct dump *dump, phys_t at, void *to, size_t n, struct dint_error *err);
