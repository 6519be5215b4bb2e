/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an address over its struct page to the slab cache. */
#include "kernel/slab.h"

#include <inttypes.h>

#include "kernel/symbols.h"
#include "kernel/types.h"

#define PAGE_BITS  12
#define SIZE_MAX_S ((uint64_t)64 << 20) /* of an object; KMALLOC_MAX_SIZE is 4 MiB */

/* Where struct pages begin: in kallsyms the variable, since v6.9 the value in VMCOREINFO. */
static bool vmemmap(const struct kernel *kernel, kva_t *base, struct dint_error *err)
{
	kva_t variable = 0;

	return symbol_address(kernel, "vmemmap_base", &variable, err) &&
	       kernel_read_u64(kernel, variable, base, err);
}

/* The first page of the compound one that a page is part of. Since v7.1 a tail may hold a mask in
 * place of a pointer (Linux commit d50569612c29). */
static bool head_of(const struct kernel *kernel, kva_t base, kva_t page, kva_t *head,
		    struct dint_error *err)
{
	struct member compound;
	uint64_t word = 0;

	if (!member_find(kernel, "page", "compound_head|compound_info", &compound, err) ||
	    !member_u64(kernel, &compound, page, &word, err))
		return false;
	if (!(word & 1))
		*head = page;
	else if (word - 1 >= base && word - 1 <= page)
		*head = word - 1;
	else
		*head = page & (word - 1);
	return true;
}

/* By its type since v6.10, before by a flag. VMCOREINFO has the numbers. */
static bool is_slab(const struct kernel *kernel, kva_t page)
{
	const struct vmcoreinfo *info = kernel_vmcoreinfo(kernel);
	struct dint_error ignored;
	struct member member;
	int64_t number = 0;
	uint64_t word = 0;

	if (vmcoreinfo_number(info, "PAGE_SLAB_MAPCOUNT_VALUE", &number, &ignored)) {
		uint32_t wanted = (uint32_t)number;

		if (!member_find(kernel, "page", "page_type", &member, &ignored) ||
		    !member_u64(kernel, &member, page, &word, &ignored))
			return false;
		/* a byte at the top since v6.12; bits taken away before */
		return wanted & 0xffffff ? (uint32_t)word == wanted
					 : (uint32_t)word >> 24 == wanted >> 24;
	}
	return vmcoreinfo_number(info, "PG_slab", &number, &ignored) && number >= 0 &&
	       number < 64 && member_find(kernel, "page", "flags", &member, &ignored) &&
	       member_u64(kernel, &member, page, &word, &ignored) && word >> number & 1;
}

bool page_of(const struct kernel *kernel, kva_t at, struct page_use *use, struct dint_error *err)
{
	struct page_use found = {0};
	struct dint_error ignored;
	size_t page_bytes = 0;
	kva_t base = 0, head = 0;
	uint64_t n = 0;

	if (!paging_translate(kernel_paging(kernel), at, &found.phys, &n, err))
		return false;
	found.state = dump_page_state(kernel_dump(kernel), found.phys >> PAGE_BITS);
	if (vmemmap(kernel, &base, &ignored) && type_size(kernel, "page", &page_bytes, &ignored)) {
		found.page = base + (found.phys >> PAGE_BITS) * page_bytes;
		if (head_of(kernel, base, found.page, &head, &ignored) && is_slab(kernel, head))
			found.slab = head;
	}
	*use = found;
	return true;
}

static bool read_cache(const struct kernel *kernel, struct slab_object *object, uint64_t *stride,
		       uint64_t *pad, struct dint_error *err)
{
	struct member name, size, object_size, red_left_pad;
	kva_t text = 0;

	if (!member_find(kernel, "kmem_cache", "name", &name, err) ||
	    !member_find(kernel, "kmem_cache", "size", &size, err) ||
	    !member_find(kernel, "kmem_cache", "object_size", &object_size, err) ||
	    !member_u64(kernel, &size, object->cache, stride, err) ||
	    !member_u64(kernel, &object_size, object->cache, &object->size, err) ||
	    !member_ptr(kernel, &name, object->cache, &text, err))
		return false;
	if (*stride == 0 || *stride > SIZE_MAX_S)
		return dint_fail(err, DINT_CORRUPT, "a slab cache of objects of %" PRIu64 " bytes",
				 *stride);
	for (size_t i = 0; i + 1 < sizeof(object->name); i++)
		if (!kernel_read(kernel, text + i, object->name + i, 1, err) || !object->name[i])
			break;
	*pad = 0;
	if (member_find(kernel, "kmem_cache", "red_left_pad", &red_left_pad, err) &&
	    !member_u64(kernel, &red_left_pad, object->cache, pad, err))
		return false;
	return true;
}

bool slab_at(const struct kernel *kernel, kva_t at, const struct page_use *use,
	     struct slab_object *object, struct dint_error *err)
{
	struct slab_object found = {0};
	uint64_t stride = 0, pad = 0;
	size_t page_bytes = 0;
	struct member cache;

	if (!use->slab)
		return dint_fail(err, DINT_NOT_FOUND, "0x%" PRIx64 ": in no slab", at);
	/* struct slab was a part of struct page until v5.16 */
	if (!type_size(kernel, "page", &page_bytes, err) ||
	    !member_find(kernel, "slab|page", "slab_cache", &cache, err) ||
	    !member_ptr(kernel, &cache, use->slab, &found.cache, err) ||
	    !read_cache(kernel, &found, &stride, &pad, err))
		return dint_within(err, "slab 0x%" PRIx64, use->slab);

	uint64_t pages = (use->page - use->slab) / page_bytes;
	kva_t start = (at & ~(((kva_t)1 << PAGE_BITS) - 1)) - (pages << PAGE_BITS);

	found.index = (at - start) / stride;
	found.object = start + found.index * stride + pad;
	found.offset = at - found.object; /* before it, in its red zone: "negative" */
	*object = found;
	return true;
}
