/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unpacked pages, 16 MiB at most, for several threads. Sets of four places with a lock and an
 * unpacker for each sixteenth of the sets; a page that is needed is unpacked under its lock, so no
 * page is unpacked twice at a time.
 */
#pragma once
#include "base/units.h"
#include "dump/codecs.h"

#define CACHE_BYTES (16 * MIB)

struct page_cache;

/* The libraries stay the caller's and outlive the cache. */
struct page_cache *page_cache_new(uint32_t page_bytes, const struct codec_libraries *libraries);
void page_cache_free(struct page_cache *cache);

/* Fills a page; called with the page's lock held. */
typedef bool page_fill(void *context, pfn_t pfn, struct unpacker *unpacker, uint8_t *page,
		       struct dint_error *err);

/* The pages that it holds now, for who measures: writes at most n of them, returns how many there
 * are. */
size_t page_cache_list(struct page_cache *cache, pfn_t *pages, size_t n);

/* Copies n bytes of the page from an offset in it, filling it first when it is not there. */
bool page_cache_copy(struct page_cache *cache, pfn_t pfn, size_t at, void *to, size_t n,
		     page_fill *fill, void *context, struct dint_error *err);
