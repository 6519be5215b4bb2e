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
#include "dump/format_raw.h"
#include "dump/formats.h"
#include "dump/kdump_header.h"
#include "dump/tools.h"

#define WRAPPINGS_MAX 4

static const struct dump_format *recognise(const struct dump_file *file, uint8_t *head, size_t *n)
{
	*n = dump_file_read(file, 0, head, FORMAT_HEAD_BYTES);
	for (size_t i = 0; dump_formats[i]; i++)
		if (dump_formats[i]->recognise(head, *n))
			return dump_formats[i];
	return NULL;
}

/* Unwraps until a format is found that holds pages; NULL in *format: none did. */
static bool unwrap(struct dump_file *file, bool *wrapped, const struct dump_format **format,
		   struct dint_error *err)
{
	uint8_t head[FORMAT_HEAD_BYTES];
	size_t n;

	*wrapped = false;
	for (unsigned i = 0; i < WRAPPINGS_MAX; i++) {
		*format = recognise(file, head, &n);
		if (!*format && file->cut)
			return dint_fail(err, DINT_CORRUPT,
					 "the transfer ended before the dump's header");
		if (!*format)
			return raw_is_possible(file) && !known_magic(head, n)
				       ? true
				       : known_refuse(head, n, err);
		if (!(*format)->unwrap)
			return true;
		if (*wrapped)
			return dint_fail(err, DINT_CORRUPT, "flattened twice");
		if (!(*format)->unwrap(file, err))
			return false;
		*wrapped = true;
	}
	return dint_fail(err, DINT_CORRUPT, "wrapped more than %d times", WRAPPINGS_MAX);
}

/* A file that was compressed as a whole is replaced by what was in it. */
static bool unpack(const struct dump_tools *tools, struct dump_file *file, const char **container,
		   struct dint_error *err)
{
	uint8_t head[FORMAT_HEAD_BYTES];
	size_t n = dump_file_read(file, 0, head, sizeof(head));
	bool cut = false;

	*container = container_recognise(head, n);
	if (!*container)
		return true;
	if (!container_unpack(&tools->container, file->map, file->map_size, &cut, err))
		return dint_within(err, "%s", *container);
	dump_file_done(file);
	if (!dump_file_open(tools->container.spool_fd, file, err))
		return dint_within(err, "%s", *container);
	file->cut = cut;
	return true;
}

static bool open_first(int fd, struct dump *dump, struct dint_error *err)
{
	if (!dump_file_open(fd, &dump->file, err))
		return false;
	dump->facts.size_bytes = dump->file.map_size;
	if (!unpack(dump->tools, &dump->file, &dump->facts.container, err) ||
	    !unwrap(&dump->file, &dump->wrapped, &dump->format, err))
		return false;
	if (!dump->format)
		dump->format = &format_raw;
	return true;
}

static bool open_more(const int *fds, size_t n, struct dump *dump, struct dint_error *err)
{
	dump->more = xcalloc(n + 1, sizeof(*dump->more));
	for (; dump->n_more < n; dump->n_more++) {
		struct dump_file *file = &dump->more[dump->n_more];
		const struct dump_format *format = NULL;
		bool wrapped;

		if (!dump_file_open(fds[dump->n_more], file, err))
			return dint_within(err, "part %zu", dump->n_more + 2);
		dump->facts.size_bytes += file->map_size;
		if (!unwrap(file, &wrapped, &format, err)) {
			dump_file_done(file);
			return dint_within(err, "part %zu", dump->n_more + 2);
		}
	}
	if (n > 0 && !dump->format->takes_parts)
		return dint_fail(err, DINT_BAD_REQUEST, "a dump of the format %s has no parts",
				 dump->format->name);
	return true;
}

bool dump_open_parts(const int *fds, size_t n, const struct dump_tools *tools, struct dump **out,
		     struct dint_error *err)
{
	CLEANUP(dump_close_ptr) struct dump *dump = xcalloc(1, sizeof(*dump));

	dump->tools = tools;
	if (!open_first(fds[0], dump, err) || !open_more(fds + 1, n - 1, dump, err) ||
	    !dump->format->open(dump, err))
		return false;
	dump->page_shift = (uint32_t)__builtin_ctz(dump->facts.page_bytes);
	dump->cache = page_cache_new(dump->facts.page_bytes, &tools->codecs);
	*out = TAKE(dump);
	return true;
}

static void own_tools_free(struct dump_tools *tools)
{
	if (!tools)
		return;
	dump_tools_done(tools);
	free(tools);
}
DEFINE_CLEANUP(own_tools_free, struct dump_tools *)

bool dump_open(int fd, struct dump **out, struct dint_error *err)
{
	CLEANUP(own_tools_free_ptr) struct dump_tools *tools = xcalloc(1, sizeof(*tools));

	if (!dump_tools_take(&fd, 1, tools, err) || !dump_open_parts(&fd, 1, tools, out, err))
		return false;
	(*out)->own_tools = TAKE(tools);
	return true;
}

void dump_close(struct dump *dump)
{
	if (!dump)
		return;
	if (dump->own)
		dump->format->close(dump);
	page_cache_free(dump->cache);
	for (size_t i = 0; i < dump->n_more; i++)
		dump_file_done(&dump->more[i]);
	free(dump->more);
	dump_file_done(&dump->file);
	own_tools_free(dump->own_tools);
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

pfn_t dump_next_page(const struct dump *dump, pfn_t pfn)
{
	return dump->format->next(dump, pfn);
}

bool dump_try_layout(struct dump *dump, unsigned number)
{
	return dump->facts.guessed ? raw_lay_out(dump, number) : number == 0;
}

struct fill_place {
	struct page_place place;
	uint32_t page_bytes;
};

static bool fill_packed(void *context, pfn_t pfn, struct unpacker *unpacker, uint8_t *page,
			struct dint_error *err)
{
	const struct fill_place *fill = context;
	uint8_t scratch[KDUMP_PAGE_BYTES_MAX];
	const uint8_t *packed =
		dump_file_bytes(fill->place.file, fill->place.at, fill->place.size, scratch);

	(void)pfn;
	if (!packed)
		return dint_fail(err, DINT_CORRUPT,
				 "the page's bytes lie behind the end of the file");
	return unpacker_run(unpacker, fill->place.codec, packed, fill->place.size, page,
			    fill->page_bytes, err);
}

/* n bytes of a page that is not packed, and of which the file may have only a part. */
static bool read_plain(const struct page_place *place, size_t offset, uint8_t *to, size_t n,
		       struct dint_error *err)
{
	size_t end = offset + n, from = offset > place->lead ? offset : place->lead;
	size_t until = (size_t)place->lead + place->size;

	if (end < until)
		until = end;
	memset(to, 0, n);
	if (from >= until)
		return true;
	if (dump_file_read(place->file, place->at + (from - place->lead), to + (from - offset),
			   until - from) < until - from)
		return dint_fail(err, DINT_CORRUPT,
				 "the page's bytes lie behind the end of the file");
	return true;
}

static bool read_present(struct dump *dump, pfn_t pfn, const struct page_place *place,
			 size_t offset, void *to, size_t n, struct dint_error *err)
{
	struct fill_place fill = {*place, dump->facts.page_bytes};

	if (place->codec)
		return page_cache_copy(dump->cache, pfn, offset, to, n, fill_packed, &fill, err);
	return read_plain(place, offset, to, n, err);
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
