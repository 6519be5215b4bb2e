/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unpacked pages by number. */
#include "dump/cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define WAYS  4
#define LOCKS 16
#define EMPTY UINT64_MAX

struct set {
	pfn_t pages[WAYS];
	uint8_t *bytes; /* of WAYS pages; NULL until the first is filled */
	uint8_t next;	/* the place to give up next */
};

struct page_cache {
	uint32_t page_bytes;
	size_t n_sets; /* a power of two, LOCKS at least */
	struct set *sets;
	pthread_mutex_t locks[LOCKS];
	struct unpacker unpackers[LOCKS];
};

struct page_cache *page_cache_new(uint32_t page_bytes, const struct codec_libraries *libraries)
{
	struct page_cache *cache = xcalloc(1, sizeof(*cache));

	cache->page_bytes = page_bytes;
	cache->n_sets = CACHE_BYTES / page_bytes / WAYS;
	cache->sets = xcalloc(cache->n_sets, sizeof(*cache->sets));
	for (size_t i = 0; i < cache->n_sets; i++)
		for (unsigned way = 0; way < WAYS; way++)
			cache->sets[i].pages[way] = EMPTY;
	for (unsigned i = 0; i < LOCKS; i++) {
		pthread_mutex_init(&cache->locks[i], NULL);
		cache->unpackers[i].libraries = libraries;
	}
	return cache;
}

void page_cache_free(struct page_cache *cache)
{
	if (!cache)
		return;
	for (unsigned i = 0; i < LOCKS; i++) {
		pthread_mutex_destroy(&cache->locks[i]);
		unpacker_done(&cache->unpackers[i]);
	}
	for (size_t i = 0; i < cache->n_sets; i++)
		free(cache->sets[i].bytes);
	free(cache->sets);
	free(cache);
}

/* The page's bytes, filled; NULL when that fails. With the set's lock held. */
static const uint8_t *find_or_fill(struct page_cache *cache, size_t set_index, pfn_t pfn,
				   page_fill *fill, void *context, struct dint_error *err)
{
	struct set *set = &cache->sets[set_index];
	unsigned way = 0;

	if (!set->bytes)
		set->bytes = xmalloc((size_t)WAYS * cache->page_bytes);
	for (; way < WAYS; way++)
		if (set->pages[way] == pfn)
			return set->bytes + (size_t)way * cache->page_bytes;

	way = set->next;
	uint8_t *page = set->bytes + (size_t)way * cache->page_bytes;

	set->pages[way] = EMPTY;
	if (!fill(context, pfn, &cache->unpackers[set_index % LOCKS], page, err))
		return NULL;
	set->pages[way] = pfn;
	set->next = (uint8_t)((way + 1) % WAYS);
	return page;
}

size_t page_cache_list(struct page_cache *cache, pfn_t *pages, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < cache->n_sets; i++)
		for (unsigned way = 0; way < WAYS; way++)
			if (cache->sets[i].pages[way] != EMPTY && count++ < n)
				pages[count - 1] = cache->sets[i].pages[way];
	return count;
}

bool page_cache_copy(struct page_cache *cache, pfn_t pfn, size_t at, void *to, size_t n,
		     page_fill *fill, void *context, struct dint_error *err)
{
	size_t set_index = pfn & (cache->n_sets - 1);
	const uint8_t *page = NULL;

	pthread_mutex_lock(&cache->locks[set_index % LOCKS]);
	page = find_or_fill(cache, set_index, pfn, fill, context, err);
	if (page)
		memcpy(to, page + at, n);
	pthread_mutex_unlock(&cache->locks[set_index % LOCKS]);
	return page != NULL;
}
