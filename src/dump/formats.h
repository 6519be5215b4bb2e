/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The formats of dumps.
 *
 * To add a format:
 *   1. write dump/format_<name>.c, ending in one `const struct dump_format`: with open, find, count
 *      and close where it holds pages; with unwrap where it is a wrapping around another one;
 *   2. list it in dump/formats.c, the surest recognition first;
 *   3. describe a small dump of it in tests/dumps/, and a broken one.
 * One that is recognised and not read is a row in dump/known.c.
 */
#pragma once
#include "dump/dump_internal.h"

#define FORMAT_HEAD_BYTES 4096 /* what recognise gets to see, less for a shorter file */

/* Where a page's bytes lie. */
struct page_place {
	const struct dump_file *file;
	uint64_t at;	/* in the file's plain order */
	uint32_t size;	/* as packed; one that is not packed and smaller than the page is zero
			   elsewhere */
	uint32_t lead;	/* zeros before the bytes, of a page that is not packed */
	uint32_t codec; /* 0: as they are; else a codec's flag */
};

struct dump_format {
	const char *name;
	const char *summary; /* what it is, who writes it */
	bool (*recognise)(const uint8_t *head, size_t n);
	/* A wrapping: gives the file its plain order, and recognition starts again. */
	bool (*unwrap)(struct dump_file *file, struct dint_error *err);
	/* Fills dump->facts and dump->own. */
	bool (*open)(struct dump *dump, struct dint_error *err);
	/* Where the page is; err says why when it is PAGE_LOST. May be called by several threads.
	 */
	enum page_state (*find)(const struct dump *dump, pfn_t pfn, struct page_place *place,
				struct dint_error *err);
	/* The first page from pfn on that is in the file; UINT64_MAX: no more. */
	pfn_t (*next)(const struct dump *dump, pfn_t pfn);
	void (*count)(const struct dump *dump, struct dump_counts *counts);
	void (*close)(struct dump *dump);
	bool takes_parts; /* dump->more: the other parts of a split one */
};

/* NULL-terminated, in the order of recognition. */
extern const struct dump_format *const dump_formats[];

/* Whether these are the first bytes of something that we know and do not read. */
bool known_magic(const uint8_t *head, size_t n);
/* DINT_UNSUPPORTED: the name of what this is and what to do about it, where we know it. */
bool known_refuse(const uint8_t *head, size_t n, struct dint_error *err);
