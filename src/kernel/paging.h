/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtual to physical on x86-64: 4 or 5 levels of tables of 512 entries, and the kernel's image,
 * which lies in one piece: physical = virtual - 0xffffffff80000000 + phys_base (which KASLR makes
 * negative as often as not).
 */
#pragma once
#include "dump/dump.h"
#include "kernel/vmcoreinfo.h"

#define PAGING_IMAGE_START 0xffffffff80000000 /* __START_KERNEL_map */

struct paging {
	struct dump *dump; /* borrowed */
	unsigned levels;
	phys_t root;	      /* the kernel's top table */
	uint64_t frame_mask;  /* address bits of an entry, encryption's bit taken out */
	uint64_t phys_base;   /* to be added, modulo 2^64 */
	uint64_t image_bytes; /* what can be image, from PAGING_IMAGE_START */
	bool linear_image;    /* the image need not be walked */
	bool walked;	      /* the page tables are there, and agree with the image's formula */
};

/* Takes what VMCOREINFO says and proves it: the image's formula and a walk through the page tables
 * must agree on the address `known`, a symbol of the image; DINT_CORRUPT when they do not. Where
 * the tables are not in the dump the formula is taken, and the caller must prove it by what he
 * reads. */
bool paging_open(struct dump *dump, const struct vmcoreinfo *info, kva_t known,
		 struct paging *paging, struct dint_error *err);

/* Where a kernel address lies, and how many bytes from it on lie in one piece. DINT_NOT_FOUND when
 * nothing is mapped there. */
bool paging_translate(const struct paging *paging, kva_t at, phys_t *phys, uint64_t *n,
		      struct dint_error *err);
