/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Physical memory in pieces of a file: what ELF vmcores, LiME and raw images have in common.
 *
 *	phys ──────────────────────────── phys + n_ram
 *	at   ─────────── at + n_file   │  zeros, or filtered out
 *
 * Pieces may overlap: the bytes of any will do, for it is the same memory, and bytes win over the
 * place of bytes that are not there.
 */
#pragma once
#include "dump/formats.h"

/* Program headers of a dump with its page tables (QEMU's paging=true) are some thousands; e_shinfo
 * allows 2^32. */
#define PHYS_PIECES_MAX ((size_t)1 << 22)

struct phys_piece {
	phys_t phys;
	uint64_t n_file, n_ram; /* bytes in the file, and in all */
	uint64_t at;		/* in the file */
};

struct phys_map {
	struct phys_piece *pieces; /* as added; after phys_map_ready ascending and apart */
	size_t count;
};

/* Adds a piece; one that goes round the end of memory is DINT_CORRUPT. */
bool phys_map_add(struct phys_map *map, struct phys_piece piece, struct dint_error *err);
/* Puts the pieces in order, and apart from each other. */
bool phys_map_ready(struct phys_map *map, struct dint_error *err);
void phys_map_done(struct phys_map *map);

/* Where a page is, in a file that may have been cut. */
enum page_state phys_map_find(const struct phys_map *map, const struct dump_file *file,
			      uint32_t page_bytes, pfn_t pfn, struct page_place *place,
			      struct dint_error *err);
/* The first page from pfn on of which there are bytes; UINT64_MAX: no more. */
pfn_t phys_map_next(const struct phys_map *map, uint32_t page_bytes, pfn_t pfn);
void phys_map_count(const struct phys_map *map, const struct dump_file *file, uint32_t page_bytes,
		    struct dump_counts *counts);
