/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Images of memory without any word about the machine. */
#include "dump/memory_image.h"

#include <stdlib.h>

void memory_image_free(struct memory_image *image)
{
	if (!image)
		return;
	phys_map_done(&image->map);
	free(image);
}

bool memory_image_take(struct dump *dump, struct memory_image *image, const char *format,
		       struct dint_error *err)
{
	struct dump_facts *facts = &dump->facts;

	dump->own = image;
	facts->format = format;
	facts->compression = "none";
	facts->page_bytes = MEMORY_IMAGE_PAGE_BYTES;
	facts->dump_level = -1;
	facts->completeness = image->cut ? DUMP_TRUNCATED : DUMP_COMPLETE;
	return phys_map_ready(&image->map, err);
}

enum page_state memory_image_find(const struct dump *dump, pfn_t pfn, struct page_place *place,
				  struct dint_error *err)
{
	const struct memory_image *image = dump->own;

	return phys_map_find(&image->map, &dump->file, MEMORY_IMAGE_PAGE_BYTES, pfn, place, err);
}

pfn_t memory_image_next(const struct dump *dump, pfn_t pfn)
{
	const struct memory_image *image = dump->own;

	return phys_map_next(&image->map, MEMORY_IMAGE_PAGE_BYTES, pfn);
}

void memory_image_count(const struct dump *dump, struct dump_counts *counts)
{
	const struct memory_image *image = dump->own;

	phys_map_count(&image->map, &dump->file, MEMORY_IMAGE_PAGE_BYTES, counts);
}

void memory_image_close(struct dump *dump)
{
	memory_image_free(dump->own);
}
