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
	uint8_t next; /* the place to give up next */
};

struct page_cache {
	uint32_t page_bytes;
	size_t n_sets; /* a power of two, LOCKS at least */
	struct set *sets;
	uint8_t *bytes; /* n_sets * WAYS pages; memory is taken when they are first filled */
	pthread_mutex_t locks[LOCKS];
	struct unpacker unpackers[LOCKS];
};

struct page_cache *page_cache_new(uint32_t page_bytes)
{
	struct page_cache *cache = xcalloc(1, sizeof(*cache));

	cache->page_bytes = page_bytes;
	cache->n_sets = CACHE_BYTES / page_bytes / WAYS;
	cache->sets = xcalloc(cache->n_sets, sizeof(*cache->sets));
	cache->bytes = xcalloc(cache->n_sets * WAYS, page_bytes);
	for (size_t i = 0; i < cache->n_sets; i++)
		for (unsigned way = 0; way < WAYS; way++)
			cache->sets[i].pages[way] = EMPTY;
	for (unsigned i = 0; i < LOCKS; i++)
		pthread_mutex_init(&cache->locks[i], NULL);
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
	free(cache->bytes);
	free(cache->sets);
	free(cache);
}

/* The page's bytes, filled; NULL when that fails. With the set's lock held. */
static const uint8_t *find_or_fill(struct page_cache *cache, size_t set_index, pfn_t pfn,
				   page_fill *fill, void *context, struct dint_error *err)
{
	struct set *set = &cache->sets[set_index];
	uint8_t *bytes = cache->bytes + set_index * WAYS * cache->page_bytes;

	for (unsigned way = 0; way < WAYS; way++)
		if (set->pages[way] == pfn)
			return bytes + (size_t)way * cache->page_bytes;

	unsigned way = set->next;

	set->pages[way] = EMPTY;
	if (!fill(context, pfn, &cache->unpackers[set_index % LOCKS],
		  bytes + (size_t)way * cache->page_bytes, err))
		return NULL;
	set->pages[way] = pfn;
	set->next = (uint8_t)((way + 1) % WAYS);
	return bytes + (size_t)way * cache->page_bytes;
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
