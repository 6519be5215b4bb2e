/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump-compressed files: page descriptors found by the rank of a bit in bitmap 2. */
#include "dump/format_kdump.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "dump/codecs.h"
#include "dump/kdump_header.h"
#include "dump/notes.h"
#include "dump/rank.h"

/* As many descriptors at the end of the table are looked at to see whether the file was cut. */
#define TAIL_DESCS 170

struct kdump {
	struct kdump_header header;
	uint64_t bitmap1_at, bitmap2_at;
	uint8_t *bitmap2_copy; /* of a flattened file, where it lies in pieces */
	uint8_t *notes_copy;
	struct rank rank; /* over bitmap 2 */
	uint64_t descs_at;
	uint64_t zero_at; /* the zero page that descriptors share; 0: there is none */
};

static void kdump_free(struct kdump *kdump)
{
	rank_done(&kdump->rank);
	free(kdump->bitmap2_copy);
	free(kdump->notes_copy);
	free(kdump);
}
DEFINE_CLEANUP(kdump_free, struct kdump *)

static bool kdump_recognise(const uint8_t *head, size_t n)
{
	return n >= 8 && memcmp(head, "KDUMP   ", 8) == 0;
}

static bool read_headers(const struct dump_file *file, struct kdump_header *header,
			 struct dint_error *err)
{
	uint8_t bytes[KDUMP_HEADER_BYTES] = {0};
	size_t n = dump_file_read(file, 0, bytes, sizeof(bytes));

	if (!kdump_header_decode(bytes, n, header, err))
		return false;
	n = dump_file_read(file, header->page_bytes, bytes, KDUMP_SUB_HEADER_BYTES);
	return kdump_sub_header_decode(bytes, n, header, err);
}

/* How pages are packed unless their descriptors say otherwise. */
static uint32_t default_codec(const struct kdump_header *header)
{
	return header->status & ~(uint32_t)(KDUMP_STATUS_INCOMPLETE | KDUMP_STATUS_VMEMMAP);
}

/* What we recognise and do not read. */
static bool check_readable(const struct kdump_header *header, struct dint_error *err)
{
	bool readable = true;
	uint32_t codec = default_codec(header);
	const char *name = codec ? codec_name(codec, &readable) : "none";

	if (header->split)
		return dint_fail(err, DINT_UNSUPPORTED,
				 "one part of a dump that makedumpfile --split "
				 "wrote: makedumpfile --reassemble PART… DUMP joins them");
	if (!readable && name)
		return dint_fail(err, DINT_UNSUPPORTED,
				 "pages packed with %s, which this version does "
				 "not read: makedumpfile -c -d 0 DUMP NEW packs them with zlib",
				 name);
	if (!readable)
		return dint_fail(err, DINT_UNSUPPORTED,
				 "pages packed in an unknown way (status 0x%x)", header->status);
	return true;
}

/* Bitmaps, ranks and the place of the descriptors. */
static bool lay_out(const struct dump_file *file, struct kdump *kdump, struct dint_error *err)
{
	const struct kdump_header *h = &kdump->header;
	uint64_t bitmap_bytes = (h->n_pfns + 7) / 8;
	uint64_t needed_blocks = (bitmap_bytes + h->page_bytes - 1) / h->page_bytes;
	bool single = h->bitmap_blocks < 2 * needed_blocks;
	const uint8_t *bits = NULL;

	if (h->bitmap_blocks < needed_blocks)
		return dint_fail(err, DINT_CORRUPT,
				 "kdump: %u blocks of bitmap for %" PRIu64 " pages",
				 h->bitmap_blocks, h->n_pfns);
	kdump->bitmap1_at = (1 + (uint64_t)h->sub_header_blocks) * h->page_bytes;
	kdump->bitmap2_at =
		kdump->bitmap1_at + (single ? 0 : h->bitmap_blocks / 2 * (uint64_t)h->page_bytes);
	kdump->descs_at = kdump->bitmap1_at + h->bitmap_blocks * (uint64_t)h->page_bytes;
	if (kdump->descs_at > file->size)
		return dint_fail(err, DINT_CORRUPT,
				 "the file ends in its page bitmaps (at %" PRIu64 " of %" PRIu64
				 " bytes)",
				 file->size, kdump->descs_at);
	if (file->extents) {
		kdump->bitmap2_copy = alloc_items(bitmap_bytes, 1, KDUMP_PFNS_MAX / 8, err);
		if (!kdump->bitmap2_copy)
			return dint_within(err, "kdump: bitmap");
	}
	bits = dump_file_bytes(file, kdump->bitmap2_at, bitmap_bytes, kdump->bitmap2_copy);
	return rank_init(&kdump->rank, bits, h->n_pfns, err);
}

static const uint8_t *read_notes(const struct dump_file *file, struct kdump *kdump)
{
	struct kdump_header *h = &kdump->header;
	struct dint_error ignored;

	if (h->notes_bytes == 0 || h->notes_bytes > KDUMP_NOTES_BYTES_MAX)
		return NULL;
	if (file->extents)
		kdump->notes_copy = alloc_items(h->notes_bytes, 1, KDUMP_NOTES_BYTES_MAX, &ignored);
	if (file->extents && !kdump->notes_copy)
		return NULL;
	return dump_file_bytes(file, h->notes_at, h->notes_bytes, kdump->notes_copy);
}

static void note_facts(const struct dump_file *file, struct kdump *kdump, struct dump_facts *facts)
{
	const uint8_t *bytes = read_notes(file, kdump);
	struct cursor c = cursor_over(bytes, bytes ? kdump->header.notes_bytes : 0);
	struct note note;

	facts->notes = bytes;
	facts->notes_bytes = c.size;
	while (note_next(&c, &note)) {
		if (note.type == NOTE_PRSTATUS && strcmp(note.name, "CORE") == 0)
			facts->cpu_registers++;
		if (strcmp(note.name, "VMCOREINFO") == 0 && !facts->vmcoreinfo) {
			facts->vmcoreinfo = note.content;
			facts->vmcoreinfo_bytes = note.size;
		}
	}
}

/* Version 3 has VMCOREINFO's text alone, at a place of its own. */
static void text_facts(const struct dump_file *file, struct kdump *kdump, struct dump_facts *facts)
{
	const struct kdump_header *h = &kdump->header;

	if (facts->vmcoreinfo || h->vmcoreinfo_bytes == 0 ||
	    h->vmcoreinfo_bytes > KDUMP_VMCOREINFO_BYTES_MAX)
		return;
	free(kdump->notes_copy);
	kdump->notes_copy = xmalloc(h->vmcoreinfo_bytes);
	facts->vmcoreinfo =
		dump_file_bytes(file, h->vmcoreinfo_at, h->vmcoreinfo_bytes, kdump->notes_copy);
	facts->vmcoreinfo_bytes = facts->vmcoreinfo ? h->vmcoreinfo_bytes : 0;
}

/* The descriptor of the bit of that rank, and whether its page is all there. */
static bool read_desc(const struct dump *dump, uint64_t rank, struct page_desc *desc,
		      struct dint_error *err)
{
	const struct kdump *kdump = dump->own;
	uint8_t bytes[KDUMP_DESC_BYTES] = {0};
	uint64_t at = kdump->descs_at + rank * KDUMP_DESC_BYTES;

	if (dump_file_read(&dump->file, at, bytes, sizeof(bytes)) < sizeof(bytes))
		return dint_fail(err, DINT_CORRUPT, "the file ends before the page's descriptor");
	if (!page_desc_decode(bytes, kdump->header.page_bytes, desc, err))
		return false;
	if (desc->at == 0)
		return dint_fail(err, DINT_CORRUPT,
				 "the page was not written: the dump is incomplete");
	if (desc->at > dump->file.size || dump->file.size - desc->at < desc->size)
		return dint_fail(err, DINT_CORRUPT,
				 "the page's bytes lie behind the end of the file");
	return true;
}

/* Looks at the last descriptors: of a dump whose target was full they are zero, of a file that was
 * cut they, or their pages, lie behind the end. */
static enum dump_completeness judge_tail(const struct dump *dump)
{
	const struct kdump *kdump = dump->own;
	uint64_t total = kdump->rank.total;
	enum dump_completeness found = DUMP_COMPLETE;

	for (uint64_t rank = total > TAIL_DESCS ? total - TAIL_DESCS : 0; rank < total; rank++) {
		uint64_t at = kdump->descs_at + rank * KDUMP_DESC_BYTES;
		uint8_t bytes[KDUMP_DESC_BYTES];
		struct page_desc desc = {0};
		struct dint_error ignored;

		if (dump_file_read(&dump->file, at, bytes, sizeof(bytes)) < sizeof(bytes))
			return DUMP_TRUNCATED;
		if (!page_desc_decode(bytes, kdump->header.page_bytes, &desc, &ignored))
			continue;
		if (desc.at > dump->file.size || dump->file.size - desc.at < desc.size)
			return DUMP_TRUNCATED;
		if (desc.at == 0)
			found = DUMP_INCOMPLETE;
	}
	return found;
}

/* All-zero pages share one, the first behind the descriptors. */
static uint64_t find_zero_page(const struct dump *dump)
{
	const struct kdump *kdump = dump->own;
	uint64_t at = kdump->descs_at + kdump->rank.total * KDUMP_DESC_BYTES;
	uint8_t page[KDUMP_PAGE_BYTES_MAX];
	uint32_t n = kdump->header.page_bytes;

	if (dump_file_read(&dump->file, at, page, n) < n || !dump_file_has(&dump->file, at))
		return 0;
	return page[0] == 0 && memcmp(page, page + 1, n - 1) == 0 ? at : 0;
}

static void fill_facts(struct dump *dump)
{
	struct kdump *kdump = dump->own;
	const struct kdump_header *h = &kdump->header;
	struct dump_facts *facts = &dump->facts;
	bool readable;
	uint32_t codec = default_codec(h);

	facts->format = dump->wrapped ? "kdump-flattened" : "kdump";
	facts->compression = codec ? codec_name(codec, &readable) : "none";
	facts->page_bytes = h->page_bytes;
	facts->dump_level = h->dump_level;
	facts->timestamp_s = h->timestamp_s;
	facts->by_qemu = h->sysname[0] == '\0';
	facts->erased = h->erased_bytes > 0;
	memcpy(facts->hostname, h->nodename, sizeof(h->nodename));
	memcpy(facts->release, h->release, sizeof(h->release));
	memcpy(facts->version, h->version_text, sizeof(h->version_text));
	memcpy(facts->machine, h->machine, sizeof(h->machine));
	note_facts(&dump->file, kdump, facts);
	text_facts(&dump->file, kdump, facts);
	facts->completeness = dump->file.cut ? DUMP_TRUNCATED : judge_tail(dump);
	if (facts->completeness == DUMP_COMPLETE && h->status & KDUMP_STATUS_INCOMPLETE)
		facts->completeness = DUMP_INCOMPLETE;
}

static bool kdump_open(struct dump *dump, struct dint_error *err)
{
	CLEANUP(kdump_free_ptr) struct kdump *kdump = xcalloc(1, sizeof(*kdump));

	if (!read_headers(&dump->file, &kdump->header, err) ||
	    !check_readable(&kdump->header, err) || !lay_out(&dump->file, kdump, err))
		return false;
	dump->own = TAKE(kdump);
	fill_facts(dump);
	((struct kdump *)dump->own)->zero_at = find_zero_page(dump);
	return true;
}

static void kdump_close(struct dump *dump)
{
	kdump_free(dump->own);
}

static bool is_ram(const struct dump *dump, pfn_t pfn)
{
	const struct kdump *kdump = dump->own;
	uint8_t byte = 0;

	dump_file_read(&dump->file, kdump->bitmap1_at + (pfn >> 3), &byte, 1);
	return byte & (1u << (pfn & 7));
}

/* In a transfer that ended early a bit may be clear because its byte never came. */
static enum page_state not_in_file(const struct dump *dump, pfn_t pfn, struct dint_error *err)
{
	const struct kdump *kdump = dump->own;

	if (!is_ram(dump, pfn))
		return PAGE_ABSENT;
	if (!dump->file.cut || dump_file_has(&dump->file, kdump->bitmap2_at + (pfn >> 3)))
		return PAGE_EXCLUDED;
	dint_error_set(err, DINT_CORRUPT, "the transfer ended before this page");
	return PAGE_LOST;
}

static enum page_state kdump_find(const struct dump *dump, pfn_t pfn, struct page_place *place,
				  struct dint_error *err)
{
	const struct kdump *kdump = dump->own;
	struct page_desc desc;

	if (pfn >= kdump->rank.n_bits)
		return PAGE_ABSENT;
	if (!rank_test(&kdump->rank, pfn))
		return not_in_file(dump, pfn, err);
	if (!read_desc(dump, rank_of(&kdump->rank, pfn), &desc, err))
		return PAGE_LOST;
	if (kdump->zero_at && desc.at == kdump->zero_at && desc.flags == 0)
		return PAGE_ZERO;
	*place = (struct page_place){desc.at, desc.size, desc.flags};
	return PAGE_PRESENT;
}

static uint64_t count_ram(const struct dump *dump)
{
	const struct kdump *kdump = dump->own;
	uint64_t left = kdump->rank.n_bits, count = 0, at = kdump->bitmap1_at;
	uint8_t bits[4096];

	while (left > 0) {
		uint64_t n = left < 8 * sizeof(bits) ? left : 8 * sizeof(bits);

		dump_file_read(&dump->file, at, bits, sizeof(bits));
		count += rank_count(bits, n);
		at += sizeof(bits);
		left -= n;
	}
	return count;
}

/* Goes through the descriptors that the file can hold; those behind its end are all lost. */
static uint64_t count_lost(const struct dump *dump)
{
	const struct kdump *kdump = dump->own;
	uint64_t there = (dump->file.size - kdump->descs_at) / KDUMP_DESC_BYTES;
	uint64_t total = kdump->rank.total, lost = 0;
	struct page_desc desc;
	struct dint_error ignored;

	if (dump->facts.completeness == DUMP_COMPLETE)
		return 0;
	if (there > total)
		there = total;
	for (uint64_t rank = 0; rank < there; rank++)
		lost += !read_desc(dump, rank, &desc, &ignored);
	return lost + (total - there);
}

static void kdump_count(const struct dump *dump, struct dump_counts *counts)
{
	const struct kdump *kdump = dump->own;
	uint64_t total = kdump->rank.total;

	counts->ram = count_ram(dump);
	counts->lost = count_lost(dump);
	counts->present = total - counts->lost;
	counts->excluded = counts->ram > total ? counts->ram - total : 0;
}

const struct dump_format format_kdump = {
	.name = "kdump",
	.summary = "a kdump-compressed file of makedumpfile or QEMU",
	.recognise = kdump_recognise,
	.open = kdump_open,
	.find = kdump_find,
	.count = kdump_count,
	.close = kdump_close,
};
