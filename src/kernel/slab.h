/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a page of RAM is used for, and the slab object (SLUB) that an address lies in. */
#pragma once
#include "kernel/kernel.h"

#define SLAB_NAME_BYTES 64

/* The page that an address lies in. */
struct page_use {
	phys_t phys;	       /* of the address */
	kva_t page;	       /* its struct page; 0: not known */
	enum page_state state; /* in the dump */
	kva_t slab; /* the struct page (struct slab) of the slab that it is part of; 0: none */
};

/* DINT_NOT_FOUND: the address is not mapped. */
bool page_of(const struct kernel *kernel, kva_t at, struct page_use *use, struct dint_error *err);

struct slab_object {
	kva_t cache;		    /* its struct kmem_cache */
	char name[SLAB_NAME_BYTES]; /* of the cache */
	kva_t object;
	uint64_t size;	 /* bytes that its user asked for */
	uint64_t index;	 /* in its slab */
	uint64_t offset; /* of the address, from the object on */
};

/* The object of a cache that an address lies in, in use or free. DINT_NOT_FOUND: it lies in none.
 */
bool slab_at(const struct kernel *kernel, kva_t at, const struct page_use *use,
	     struct slab_object *object, struct dint_error *err);
