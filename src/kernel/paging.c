/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walking the page tables of x86-64 (Intel SDM volume 3, 4.5). */
#include "kernel/paging.h"

#include <inttypes.h>

#include "base/cursor.h"

#define ENTRY_PRESENT	 ((uint64_t)1 << 0)
#define ENTRY_LARGE	 ((uint64_t)1 << 7) /* in the second and third table from below */
#define ENTRY_FRAME	 ((uint64_t)0x000ffffffffff000)
#define INDEX_BITS	 9
#define PAGE_BITS	 12
#define LARGE_LEVELS_MAX 3 /* 2 MiB in level 2, 1 GiB in level 3 */

static bool read_entry(const struct paging *paging, phys_t at, uint64_t *entry,
		       struct dint_error *err)
{
	uint8_t bytes[8] = {0};

	if (!dump_read(paging->dump, at, bytes, sizeof(bytes), err))
		return false;
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	*entry = cursor_u64(&c);
	return true;
}

static bool walk(const struct paging *paging, kva_t at, phys_t *phys, uint64_t *n,
		 struct dint_error *err)
{
	phys_t table = paging->root;

	for (unsigned level = paging->levels; level >= 1; level--) {
		unsigned shift = PAGE_BITS + (level - 1) * INDEX_BITS;
		uint64_t in_piece = at & (((uint64_t)1 << shift) - 1);
		uint64_t index = at >> shift & (((uint64_t)1 << INDEX_BITS) - 1);
		uint64_t entry = 0;

		if (!read_entry(paging, table + index * 8, &entry, err))
			return dint_within(err, "0x%" PRIx64 ": page table of level %u", at, level);
		if (!(entry & ENTRY_PRESENT))
			return dint_fail(err, DINT_NOT_FOUND, "0x%" PRIx64 ": not mapped", at);
		table = entry & paging->frame_mask;
		if (level == 1 || (level <= LARGE_LEVELS_MAX && entry & ENTRY_LARGE)) {
			/* the low bits of a large frame are flags */
			*phys = (table & ~(((uint64_t)1 << shift) - 1)) + in_piece;
			*n = ((uint64_t)1 << shift) - in_piece;
			return true;
		}
	}
	return dint_fail(err, DINT_CORRUPT, "page tables without levels");
}

static bool in_image(const struct paging *paging, kva_t at)
{
	return at >= PAGING_IMAGE_START && at - PAGING_IMAGE_START < paging->image_bytes;
}

static phys_t image_phys(const struct paging *paging, kva_t at)
{
	return at - PAGING_IMAGE_START + paging->phys_base;
}

bool paging_translate(const struct paging *paging, kva_t at, phys_t *phys, uint64_t *n,
		      struct dint_error *err)
{
	if (!paging->linear_image || !in_image(paging, at))
		return walk(paging, at, phys, n, err);
	*phys = image_phys(paging, at);
	*n = PAGING_IMAGE_START + paging->image_bytes - at;
	return true;
}

static bool take_numbers(const struct vmcoreinfo *info, struct paging *paging, kva_t *root,
			 struct dint_error *err)
{
	int64_t phys_base = 0, level5 = 0, sme_mask = 0, image_bytes = 0;
	struct dint_error ignored;

	if (!vmcoreinfo_number(info, "phys_base", &phys_base, err) ||
	    !vmcoreinfo_symbol(info, "swapper_pg_dir", root, err))
		return false;
	/* absent from kernels that cannot have them */
	if (!vmcoreinfo_number(info, "pgtable_l5_enabled", &level5, &ignored))
		level5 = 0;
	if (!vmcoreinfo_number(info, "sme_mask", &sme_mask, &ignored))
		sme_mask = 0;
	if (!vmcoreinfo_number(info, "KERNEL_IMAGE_SIZE", &image_bytes, &ignored))
		image_bytes = 512 * (int64_t)MIB;
	if (image_bytes <= 0 || image_bytes > (int64_t)GIB)
		return dint_fail(err, DINT_CORRUPT, "NUMBER(KERNEL_IMAGE_SIZE): %" PRId64,
				 image_bytes);
	paging->levels = level5 ? 5 : 4;
	paging->frame_mask = ENTRY_FRAME & ~(uint64_t)sme_mask;
	paging->phys_base = (uint64_t)phys_base;
	paging->image_bytes = (uint64_t)image_bytes;
	return true;
}

bool paging_open(struct dump *dump, const struct vmcoreinfo *info, kva_t known,
		 struct paging *paging, struct dint_error *err)
{
	struct paging p = {.dump = dump};
	struct dint_error no_walk;
	kva_t root = 0;
	phys_t phys = 0;
	uint64_t n = 0;

	if (!take_numbers(info, &p, &root, err))
		return false;
	if (!in_image(&p, root) || !in_image(&p, known))
		return dint_fail(err, DINT_CORRUPT,
				 "swapper_pg_dir 0x%" PRIx64 " is not in the "
				 "kernel's image",
				 root);
	p.root = image_phys(&p, root);
	p.walked = walk(&p, known, &phys, &n, &no_walk);
	if (p.walked && phys != image_phys(&p, known))
		return dint_fail(err, DINT_CORRUPT,
				 "page tables and phys_base disagree on 0x%" PRIx64 ": 0x%" PRIx64
				 ", 0x%" PRIx64,
				 known, phys, image_phys(&p, known));
	p.linear_image = true;
	*paging = p;
	return true;
}
