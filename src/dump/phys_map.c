/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Laying pieces of physical memory over each other, and finding a page in them. */
#include "dump/phys_map.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

void phys_map_done(struct phys_map *map)
{
	free(map->pieces);
	memset(map, 0, sizeof(*map));
}

static void append(struct phys_map *map, struct phys_piece piece)
{
	map->pieces = xgrow(map->pieces, map->count, sizeof(piece));
	map->pieces[map->count++] = piece;
}

bool phys_map_add(struct phys_map *map, struct phys_piece piece, struct dint_error *err)
{
	if (map->count == PHYS_PIECES_MAX)
		return dint_fail(err, DINT_CORRUPT, "more than %zu pieces of memory",
				 PHYS_PIECES_MAX);
	if (piece.n_ram < piece.n_file)
		piece.n_ram = piece.n_file;
	if (piece.phys >= DUMP_PHYS_END || piece.n_ram > DUMP_PHYS_END - piece.phys ||
	    piece.at > UINT64_MAX - piece.n_file)
		return dint_fail(err, DINT_CORRUPT,
				 "0x%" PRIx64 " bytes of memory at 0x%" PRIx64
				 ": no machine has so much",
				 piece.n_ram, piece.phys);
	if (piece.n_ram > 0)
		append(map, piece);
	return true;
}

static uint64_t end_of(const struct phys_piece *piece)
{
	return piece->phys + piece->n_ram;
}

static int by_phys(const void *left, const void *right)
{
	const struct phys_piece *a = left, *b = right;

	if (a->phys != b->phys)
		return a->phys < b->phys ? -1 : 1;
	/* of those that start together the one with most bytes comes first */
	if (a->n_file != b->n_file)
		return a->n_file > b->n_file ? -1 : 1;
	return a->n_ram > b->n_ram ? -1 : a->n_ram < b->n_ram;
}

/* Cuts every piece into one that is all in the file and one that is not there, so that the two
 * kinds can be laid out one after the other. */
static void cut_apart(const struct phys_map *map, struct phys_map *there, struct phys_map *empty)
{
	for (size_t i = 0; i < map->count; i++) {
		struct phys_piece piece = map->pieces[i];

		if (piece.n_file > 0)
			append(there, (struct phys_piece){piece.phys, piece.n_file, piece.n_file,
							  piece.at});
		if (piece.n_ram > piece.n_file)
			append(empty, (struct phys_piece){piece.phys + piece.n_file, 0,
							  piece.n_ram - piece.n_file, 0});
	}
}

/* Leaves of pieces in order only what is behind the pieces before. */
static void drop_overlaps(struct phys_map *map)
{
	size_t kept = 0;
	uint64_t end = 0;

	for (size_t i = 0; i < map->count; i++) {
		struct phys_piece piece = map->pieces[i];
		uint64_t over = end > piece.phys ? end - piece.phys : 0;

		if (over >= piece.n_ram)
			continue;
		piece.phys += over;
		piece.n_ram -= over;
		piece.at += piece.n_file ? over : 0;
		piece.n_file = piece.n_file ? piece.n_ram : 0;
		end = end_of(&piece);
		map->pieces[kept++] = piece;
	}
	map->count = kept;
}

/* Fills what is between pieces of bytes with pieces that have none. */
static void merge(struct phys_map *map, const struct phys_map *there, const struct phys_map *empty)
{
	size_t e = 0;
	uint64_t end = 0;

	map->count = 0;
	for (size_t i = 0; i <= there->count; i++) {
		uint64_t limit = i < there->count ? there->pieces[i].phys : DUMP_PHYS_END;

		for (; e < empty->count && empty->pieces[e].phys < limit; e++) {
			uint64_t from = empty->pieces[e].phys, to = end_of(&empty->pieces[e]);

			if (from < end)
				from = end;
			if (from < to && from < limit)
				append(map, (struct phys_piece){
						    from, 0, (to < limit ? to : limit) - from, 0});
			if (to > limit)
				break; /* goes on behind the next piece */
		}
		if (i == there->count)
			break;
		append(map, there->pieces[i]);
		end = end_of(&there->pieces[i]);
	}
}

static void sort(struct phys_map *map)
{
	if (map->count > 0)
		qsort(map->pieces, map->count, sizeof(*map->pieces), by_phys);
	drop_overlaps(map);
}

bool phys_map_ready(struct phys_map *map, struct dint_error *err)
{
	CLEANUP(phys_map_done) struct phys_map there = {0};
	CLEANUP(phys_map_done) struct phys_map empty = {0};

	cut_apart(map, &there, &empty);
	sort(&there);
	sort(&empty);
	merge(map, &there, &empty);
	if (there.count == 0)
		return dint_fail(err, DINT_CORRUPT, "the file holds no memory");
	return true;
}

/* The first piece that ends behind an address; count when there is none. */
static size_t piece_at(const struct phys_map *map, phys_t at)
{
	size_t low = 0, high = map->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (at < end_of(&map->pieces[middle]))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* A page of which several pieces have parts is taken from the first that has bytes of it: RAM ends
 * and begins in the middle of a page only beside memory that is none. */
static const struct phys_piece *piece_of_page(const struct phys_map *map, phys_t from, phys_t to,
					      bool *ram)
{
	*ram = false;
	for (size_t i = piece_at(map, from); i < map->count && map->pieces[i].phys < to; i++) {
		*ram = true;
		if (map->pieces[i].n_file > 0)
			return &map->pieces[i];
	}
	return NULL;
}

enum page_state phys_map_find(const struct phys_map *map, const struct dump_file *file,
			      uint32_t page_bytes, pfn_t pfn, struct page_place *place,
			      struct dint_error *err)
{
	phys_t from = pfn * page_bytes, to = from + page_bytes;
	const struct phys_piece *piece;
	bool ram;

	if (pfn >= DUMP_PHYS_END / page_bytes)
		return PAGE_ABSENT;
	piece = piece_of_page(map, from, to, &ram);
	if (!piece)
		return ram ? PAGE_ZERO : PAGE_ABSENT;

	uint64_t begin = piece->phys > from ? piece->phys : from;
	uint64_t end = piece->phys + piece->n_file < to ? piece->phys + piece->n_file : to;

	*place = (struct page_place){.file = file,
				     .at = piece->at + (begin - piece->phys),
				     .size = (uint32_t)(end - begin),
				     .lead = (uint32_t)(begin - from)};
	if (place->at <= file->size && file->size - place->at >= place->size)
		return PAGE_PRESENT;
	dint_error_set(err, DINT_CORRUPT, "the page's bytes lie behind the end of the file");
	return PAGE_LOST;
}

pfn_t phys_map_next(const struct phys_map *map, uint32_t page_bytes, pfn_t pfn)
{
	if (pfn >= DUMP_PHYS_END / page_bytes)
		return UINT64_MAX;
	for (size_t i = piece_at(map, pfn * page_bytes); i < map->count; i++)
		if (map->pieces[i].n_file > 0) {
			pfn_t first = map->pieces[i].phys / page_bytes;

			return first > pfn ? first : pfn;
		}
	return UINT64_MAX;
}

void phys_map_count(const struct phys_map *map, const struct dump_file *file, uint32_t page_bytes,
		    struct dump_counts *counts)
{
	uint64_t ram = 0, there = 0, lost = 0;

	for (size_t i = 0; i < map->count; i++) {
		const struct phys_piece *piece = &map->pieces[i];
		uint64_t left = file->size > piece->at ? file->size - piece->at : 0;

		ram += piece->n_ram;
		there += left < piece->n_file ? left : piece->n_file;
		lost += left < piece->n_file ? piece->n_file - left : 0;
	}
	counts->ram = ram / page_bytes;
	counts->present = there / page_bytes;
	counts->lost = lost / page_bytes;
	counts->excluded = (ram - there - lost) / page_bytes;
}
