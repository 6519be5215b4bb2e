/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Raw images: memory from address 0 on, and nothing that says so. Files that back a guest's memory
 * have no hole for the devices below 4 GiB; what lies behind it in the machine follows in the file:
 *
 *	file	0 ─────────── split ─────────────── end
 *	memory	0 ─────────── split     4 GiB ───── 4 GiB + (end - split)
 *
 * The split is 3 GiB or 2 GiB for QEMU's pc and q35, 3 GiB for Firecracker and Cloud Hypervisor
 * (QEMU hw/i386/pc_piix.c and pc_q35.c: max_ram_below_4g). The kernel in it tells which is right.
 */
#include "dump/format_raw.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "dump/memory_image.h"

#define ABOVE_HOLE ((phys_t)4 * GIB)

static const uint64_t splits[] = {0 /* none: as it lies */, 3 * GIB, 2 * GIB, 3584 * MIB};

bool raw_is_possible(const struct dump_file *file)
{
	return file->size >= RAW_BYTES_MIN && file->size % MEMORY_IMAGE_PAGE_BYTES == 0 &&
	       !file->cut;
}

static bool add_all(struct phys_map *map, uint64_t size, uint64_t split)
{
	struct dint_error ignored;
	uint64_t below = split && split < size ? split : size;
	struct phys_piece low = {.phys = 0, .n_file = below, .at = 0};
	struct phys_piece high = {.phys = ABOVE_HOLE, .n_file = size - below, .at = below};

	return phys_map_add(map, low, &ignored) && phys_map_add(map, high, &ignored) &&
	       phys_map_ready(map, &ignored);
}

bool raw_lay_out(struct dump *dump, unsigned number)
{
	struct memory_image *image = dump->own;

	if (number >= ARRAY_SIZE(splits) || dump->file.size <= splits[number])
		return false;
	phys_map_done(&image->map);
	return add_all(&image->map, dump->file.size, splits[number]);
}

static bool raw_recognise(const uint8_t *head, size_t n)
{
	(void)head;
	(void)n;
	return false; /* by the kernel in it alone */
}

static bool raw_open(struct dump *dump, struct dint_error *err)
{
	CLEANUP(memory_image_free_ptr) struct memory_image *image = xcalloc(1, sizeof(*image));
	struct phys_piece all = {.phys = 0, .n_file = dump->file.size};

	dump->facts.guessed = true;
	return phys_map_add(&image->map, all, err) &&
	       memory_image_take(dump, TAKE(image), "raw", err);
}

const struct dump_format format_raw = {
	.name = "raw",
	.summary = "a raw image of memory",
	.recognise = raw_recognise,
	.open = raw_open,
	.find = memory_image_find,
	.next = memory_image_next,
	.count = memory_image_count,
	.close = memory_image_close,
};
