/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image of memory and nothing else: what LiME and raw images have in common. */
#pragma once
#include "base/cleanup.h"
#include "dump/formats.h"
#include "dump/phys_map.h"

#define MEMORY_IMAGE_PAGE_BYTES 4096 /* what pages are counted in */

struct memory_image {
	struct phys_map map;
	bool cut; /* the file ends before what it says it has */
};

void memory_image_free(struct memory_image *image);
DEFINE_CLEANUP(memory_image_free, struct memory_image *)

/* Makes the image the dump's own, in its order, with the facts that such a file has; takes the
 * image in every case. */
bool memory_image_take(struct dump *dump, struct memory_image *image, const char *format,
		       struct dint_error *err);

/* A format's functions. */
enum page_state memory_image_find(const struct dump *dump, pfn_t pfn, struct page_place *place,
				  struct dint_error *err);
pfn_t memory_image_next(const struct dump *dump, pfn_t pfn);
void memory_image_count(const struct dump *dump, struct dump_counts *counts);
void memory_image_close(struct dump *dump);
