/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LiME images, of a kernel module that writes memory to a file; one range behind the other:
 *
 *	u32 magic 0x4c694d45, u32 version 1, u64 first, u64 last (inclusive), 8 bytes, then the
 *bytes
 *
 * (LiME doc/README.md, "lime" format; AVML writes the same when it does not compress)
 */
#include "dump/format_lime.h"

#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/cursor.h"
#include "dump/memory_image.h"

#define LIME_HEADER_BYTES 32
#define LIME_MAGIC	  0x4c694d45
#define LIME_VERSION	  1

static bool lime_recognise(const uint8_t *head, size_t n)
{
	struct cursor c = cursor_over(head, n);

	return cursor_u32(&c) == LIME_MAGIC && cursor_ok(&c);
}

/* One range; *next is where the following header belongs. */
static bool read_range(const struct dump_file *file, uint64_t at, struct memory_image *image,
		       uint64_t *next, struct dint_error *err)
{
	uint8_t bytes[LIME_HEADER_BYTES] = {0};
	size_t n = dump_file_read(file, at, bytes, sizeof(bytes));
	struct cursor c = cursor_over(bytes, n);
	uint32_t magic = cursor_u32(&c);
	uint32_t version = cursor_u32(&c);
	uint64_t first = cursor_u64(&c);
	uint64_t last = cursor_u64(&c);

	if (!cursor_ok(&c) || n < sizeof(bytes)) {
		image->cut = true;
		*next = file->size;
		return true;
	}
	if (magic != LIME_MAGIC || version != LIME_VERSION)
		return dint_fail(err, DINT_CORRUPT,
				 "LiME: no range begins at byte %" PRIu64 " (0x%x, version %u)", at,
				 magic, version);
	if (last < first || last >= DUMP_PHYS_END)
		return dint_fail(err, DINT_CORRUPT,
				 "LiME: a range from 0x%" PRIx64 " to 0x%" PRIx64, first, last);
	struct phys_piece piece = {.phys = first,
				   .n_file = last - first + 1,
				   .n_ram = last - first + 1,
				   .at = at + LIME_HEADER_BYTES};

	*next = piece.at + piece.n_file;
	image->cut |= *next > file->size;
	return phys_map_add(&image->map, piece, err);
}

static bool lime_open(struct dump *dump, struct dint_error *err)
{
	CLEANUP(memory_image_free_ptr) struct memory_image *image = xcalloc(1, sizeof(*image));
	uint64_t at = 0;

	while (at < dump->file.size)
		if (!read_range(&dump->file, at, image, &at, err))
			return false;
	dump->facts.writer = "lime";
	return memory_image_take(dump, TAKE(image), "lime", err);
}

const struct dump_format format_lime = {
	.name = "lime",
	.summary = "a LiME memory image",
	.recognise = lime_recognise,
	.open = lime_open,
	.find = memory_image_find,
	.next = memory_image_next,
	.count = memory_image_count,
	.close = memory_image_close,
};
