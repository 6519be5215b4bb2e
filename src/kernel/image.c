/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Searching the kernel's image, piece by piece. */
#include "kernel/image.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

#define PAGE  ((uint64_t)4096)
#define PIECE (16 * PAGE)
#define ABOVE (64 * MIB) /* what is searched above the data: the largest kernels have 40 MiB */
#define GAP   MIB	 /* that is not there: the image has ended */

struct search {
	const struct kernel *kernel;
	const uint8_t *pattern;
	size_t n;
	image_judge *judge;
	void *context;
	uint8_t *bytes; /* PIECE and IMAGE_PATTERN_MAX */
	uint64_t gap;	/* bytes in a row that were not there */
};

/* Reads page by page what is there of a piece; what is not becomes 0. Whether anything was. */
static bool read_piece(struct search *search, kva_t at)
{
	size_t n = PIECE + search->n - 1;
	struct dint_error ignored;
	bool any = false;

	for (size_t done = 0; done < n; done += PAGE) {
		size_t some = n - done < PAGE ? n - done : PAGE;

		if (kernel_read(search->kernel, at + done, search->bytes + done, some, &ignored))
			any = true;
		else
			memset(search->bytes + done, 0, some);
	}
	return any;
}

static bool search_piece(struct search *search, kva_t at)
{
	size_t left = PIECE + search->n - 1;
	const uint8_t *here = search->bytes;

	if (!read_piece(search, at)) {
		search->gap += PIECE;
		return false;
	}
	search->gap = 0;
	while ((here = memmem(here, left, search->pattern, search->n))) {
		if (search->judge(search->context, at + (kva_t)(here - search->bytes)))
			return true;
		here++;
		left = PIECE + search->n - 1 - (size_t)(here - search->bytes);
	}
	return false;
}

bool image_search(const struct kernel *kernel, const void *pattern, size_t n, image_judge *judge,
		  void *context, struct dint_error *err)
{
	CLEANUP(free_ptr) uint8_t *bytes = xmalloc(PIECE + IMAGE_PATTERN_MAX);
	struct search search = {kernel, pattern, n, judge, context, bytes, 0};
	kva_t start = 0, middle = 0;

	assert(n > 0 && n <= IMAGE_PATTERN_MAX);
	if (!vmcoreinfo_symbol(kernel_vmcoreinfo(kernel), "_stext", &start, err) ||
	    !vmcoreinfo_symbol(kernel_vmcoreinfo(kernel), "init_uts_ns", &middle, err))
		return false;
	start &= ~(PAGE - 1);
	middle &= ~(PAGE - 1);
	if (start < PAGING_IMAGE_START || middle < start || middle - start > GIB)
		return dint_fail(err, DINT_CORRUPT, "the image has no text before its data");
	for (kva_t at = middle; at > start; at -= at - start < PIECE ? at - start : PIECE)
		if (search_piece(&search, at - start < PIECE ? start : at - PIECE))
			return true;
	search.gap = 0;
	for (kva_t at = middle; at < middle + ABOVE && search.gap < GAP; at += PIECE)
		if (search_piece(&search, at))
			return true;
	return dint_fail(err, DINT_NOT_FOUND, "not found in the kernel's image");
}
