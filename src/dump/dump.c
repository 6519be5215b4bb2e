/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening dumps and reading physical memory from them. */
#include "dump/dump.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "dump/cache.h"
#include "dump/codecs.h"
#include "dump/formats.h"
#include "dump/kdump_header.h"

#define WRAPPINGS_MAX 4

static const struct dump_format *recognise(const struct dump_file *file, uint8_t *head, size_t *n)
{
	*n = dump_file_read(file, 0, head, FORMAT_HEAD_BYTES);
	for (size_t i = 0; dump_formats[i]; i++)
		if (dump_formats[i]->recognise(head, *n))
			return dump_formats[i];
	return NULL;
}

/* Unwraps until a format is found that holds pages. */
static bool find_format(struct dump *dump, struct dint_error *err)
{
	uint8_t head[FORMAT_HEAD_BYTES];
	size_t n;

	for (unsigned i = 0; i < WRAPPINGS_MAX; i++) {
		const struct dump_format *format = recognise(&dump->file, head, &n);

		if (!format && dump->file.cut)
			return dint_fail(err, DINT_CORRUPT,
					 "flattened: the transfer ended before the dump's header");
		if (!format)
			return known_refuse(head, n, err);
		if (!format->unwrap) {
			dump->format = format;
			return true;
		}
		if (dump->wrapped)
			return dint_fail(err, DINT_CORRUPT, "flattened twice");
		if (!format->unwrap(&dump->file, err))
			return false;
		dump->wrapped = true;
	}
	return dint_fail(err, DINT_CORRUPT, "wrapped more than %d times", WRAPPINGS_MAX);
}

bool dump_open(int fd, struct dump **out, struct dint_error *err)
{
	CLEANUP(dump_close_ptr) struct dump *dump = xcalloc(1, sizeof(*dump));

	if (!dump_file_open(fd, &dump->file, err))
		return false;
	if (!find_format(dump, err) || !dump->format->open(dump, err))
		return false;
	dump->facts.size_bytes = dump->file.map_size;
	dump->page_shift = (uint32_t)__builtin_ctz(dump->facts.page_bytes);
	dump->cache = page_cache_new(dump->facts.page_bytes);
	*out = TAKE(dump);
	return true;
}

void dump_close(struct dump *dump)
{
	if (!dump)
		return;
	if (dump->own)
		dump->format->close(dump);
	page_cache_free(dump->cache);
	dump_file_done(&dump->file);
	free(dump);
}

const struct dump_facts *dump_facts(const struct dump *dump)
{
	return &dump->facts;
}

void dump_count(const struct dump *dump, struct dump_counts *counts)
{
	dump->format->count(dump, counts);
}

enum page_state dump_page_state(const struct dump *dump, pfn_t pfn)
{
	struct page_place place;
	struct dint_error ignored;

	return dump->format->find(dump, pfn, &place, &ignored);
}

struct fill_place {
	const struct dump_file *file;
	struct page_place place;
	uint32_t page_bytes;
};

static bool fill_packed(void *context, pfn_t pfn, struct unpacker *unpacker, uint8_t *page,
			struct dint_error *err)
{
	const struct fill_place *fill = context;
	uint8_t scratch[KDUMP_PAGE_BYTES_MAX];
	const uint8_t *packed =
		dump_file_bytes(fill->file, fill->place.at, fill->place.size, scratch);

	(void)pfn;
	if (!packed)
		return dint_fail(err, DINT_CORRUPT,
				 "the page's bytes lie behind the end of the file");
	return unpacker_run(unpacker, fill->place.codec, packed, fill->place.size, page,
			    fill->page_bytes, err);
}

static bool read_present(struct dump *dump, pfn_t pfn, const struct page_place *place,
			 size_t offset, void *to, size_t n, struct dint_error *err)
{
	struct fill_place fill = {&dump->file, *place, dump->facts.page_bytes};

	if (place->codec)
		return page_cache_copy(dump->cache, pfn, offset, to, n, fill_packed, &fill, err);
	if (dump_file_read(&dump->file, place->at + offset, to, n) < n)
		return dint_fail(err, DINT_CORRUPT,
				 "the page's bytes lie behind the end of the file");
	return true;
}

/* n bytes within one page. */
static bool read_in_page(struct dump *dump, pfn_t pfn, size_t offset, void *to, size_t n,
			 struct dint_error *err)
{
	struct page_place place;

	switch (dump->format->find(dump, pfn, &place, err)) {
	case PAGE_PRESENT:
		return read_present(dump, pfn, &place, offset, to, n, err);
	case PAGE_ZERO:
		memset(to, 0, n);
		return true;
	case PAGE_EXCLUDED:
		return dint_fail(err, DINT_NOT_FOUND, "filtered out of the dump (dump level %d)",
				 dump->facts.dump_level);
	case PAGE_ABSENT:
		return dint_fail(err, DINT_NOT_FOUND, "no such RAM");
	case PAGE_LOST:
		return false;
	}
	return dint_fail(err, DINT_CORRUPT, "unknown page state");
}

bool dump_read(struct dump *dump, phys_t at, void *to, size_t n, struct dint_error *err)
{
	uint32_t page_bytes = dump->facts.page_bytes;
	uint8_t *next = to;

	if (at >= DUMP_PHYS_END || DUMP_PHYS_END - at < n)
		return dint_fail(err, DINT_NOT_FOUND, "no physical address: 0x%" PRIx64, at);
	while (n > 0) {
		size_t offset = at & (page_bytes - 1);
		size_t some = n < page_bytes - offset ? n : page_bytes - offset;

		if (!read_in_page(dump, at >> dump->page_shift, offset, next, some, err))
			return dint_within(err, "page 0x%" PRIx64, at >> dump->page_shift);
		at += some;
		next += some;
		n -= some;
	}
	return true;
}
