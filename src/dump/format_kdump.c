/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump-compressed files: page descriptors found by the rank of a bit in bitmap 2. Of a split set
 * each part has the descriptors of its own pfns, and all have the same bitmaps. */
#include "dump/format_kdump.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "dump/codecs.h"
#include "dump/kdump_header.h"
#include "dump/note_facts.h"
#include "dump/rank.h"

/* As many descriptors at the end of the table are looked at to see whether the file was cut. */
#define TAIL_DESCS 170

/* A file of the set; one that is not split is a set of one. */
struct part {
	const struct dump_file *file; /* borrowed */
	pfn_t start, end;	      /* whose pages it has, end exclusive */
	uint64_t first_rank;	      /* of start: the rank of the first descriptor */
	uint64_t n_descs;
	uint64_t zero_at; /* the zero page that descriptors share; 0: there is none */
};

struct kdump {
	struct kdump_header header;
	uint64_t bitmap1_at, bitmap2_at;
	uint8_t *bitmap2_copy;		 /* of a flattened file, where it lies in pieces */
	uint8_t *notes_copy, *text_copy; /* likewise */
	struct rank rank;		 /* over bitmap 2 */
	uint64_t descs_at;		 /* in each part */
	struct part *parts;		 /* ascending, apart from each other */
	size_t n_parts;
};

static void kdump_free(struct kdump *kdump)
{
	rank_done(&kdump->rank);
	free(kdump->bitmap2_copy);
	free(kdump->notes_copy);
	free(kdump->text_copy);
	free(kdump->parts);
	free(kdump);
}
DEFINE_CLEANUP(kdump_free, struct kdump *)

static bool kdump_recognise(const uint8_t *head, size_t n)
{
	return n >= 8 && memcmp(head, KDUMP_SIGNATURE, 8) == 0;
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

static bool check_codec(const struct kdump_header *header, struct dint_error *err)
{
	uint32_t codec = default_codec(header);

	if (codec && !codec_by_flag(codec))
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

	/* also a flattened file has them whole: what claims more than it has would cost gigabytes
	 */
	if (h->bitmap_blocks * (uint64_t)h->page_bytes > file->map_size)
		return dint_fail(err, DINT_CORRUPT,
				 "kdump: page bitmaps of %" PRIu64 " bytes in a file of %" PRIu64,
				 h->bitmap_blocks * (uint64_t)h->page_bytes, file->map_size);
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

/* Version 3 has VMCOREINFO's text alone, at a place of its own. */
static void text_facts(const struct dump_file *file, struct kdump *kdump, struct dump_facts *facts)
{
	const struct kdump_header *h = &kdump->header;

	if (facts->vmcoreinfo || h->vmcoreinfo_bytes == 0 ||
	    h->vmcoreinfo_bytes > KDUMP_VMCOREINFO_BYTES_MAX)
		return;
	kdump->text_copy = xmalloc(h->vmcoreinfo_bytes);
	facts->vmcoreinfo =
		dump_file_bytes(file, h->vmcoreinfo_at, h->vmcoreinfo_bytes, kdump->text_copy);
	facts->vmcoreinfo_bytes = facts->vmcoreinfo ? h->vmcoreinfo_bytes : 0;
}

/* The descriptor of that index in a part, and whether its page is all there. */
static bool read_desc(const struct kdump *kdump, const struct part *part, uint64_t index,
		      struct page_desc *desc, struct dint_error *err)
{
	uint8_t bytes[KDUMP_DESC_BYTES] = {0};
	uint64_t at = kdump->descs_at + index * KDUMP_DESC_BYTES;

	if (dump_file_read(part->file, at, bytes, sizeof(bytes)) < sizeof(bytes))
		return dint_fail(err, DINT_CORRUPT, "the file ends before the page's descriptor");
	if (!page_desc_decode(bytes, kdump->header.page_bytes, desc, err))
		return false;
	if (desc->at == 0)
		return dint_fail(err, DINT_CORRUPT,
				 "the page was not written: the dump is incomplete");
	if (desc->at > part->file->size || part->file->size - desc->at < desc->size)
		return dint_fail(err, DINT_CORRUPT,
				 "the page's bytes lie behind the end of the file");
	return true;
}

/* Looks at the last descriptors: of a dump whose target was full they are zero, of a file that was
 * cut they, or their pages, lie behind the end. */
static enum dump_completeness judge_tail(const struct kdump *kdump, const struct part *part)
{
	enum dump_completeness found = DUMP_COMPLETE;

	for (uint64_t i = part->n_descs > TAIL_DESCS ? part->n_descs - TAIL_DESCS : 0;
	     i < part->n_descs; i++) {
		uint64_t at = kdump->descs_at + i * KDUMP_DESC_BYTES;
		uint8_t bytes[KDUMP_DESC_BYTES];
		struct page_desc desc = {0};
		struct dint_error ignored;

		if (dump_file_read(part->file, at, bytes, sizeof(bytes)) < sizeof(bytes))
			return DUMP_TRUNCATED;
		if (!page_desc_decode(bytes, kdump->header.page_bytes, &desc, &ignored))
			continue;
		if (desc.at > part->file->size || part->file->size - desc.at < desc.size)
			return DUMP_TRUNCATED;
		if (desc.at == 0)
			found = DUMP_INCOMPLETE;
	}
	return part->file->cut ? DUMP_TRUNCATED : found;
}

static enum dump_completeness judge(const struct kdump *kdump)
{
	enum dump_completeness found = DUMP_COMPLETE;
	pfn_t next = 0;

	if (kdump->header.status & KDUMP_STATUS_INCOMPLETE)
		found = DUMP_INCOMPLETE;
	for (size_t i = 0; i < kdump->n_parts; i++) {
		enum dump_completeness of_part = judge_tail(kdump, &kdump->parts[i]);

		if (kdump->parts[i].start > next)
			found = DUMP_PARTS_MISSING;
		if (of_part > found)
			found = of_part;
		next = kdump->parts[i].end;
	}
	return next < kdump->rank.n_bits && found < DUMP_PARTS_MISSING ? DUMP_PARTS_MISSING : found;
}

/* All-zero pages share one, the first behind the place for the descriptors of all parts. */
static uint64_t find_zero_page(const struct kdump *kdump, const struct part *part)
{
	uint64_t at = kdump->descs_at + kdump->rank.total * KDUMP_DESC_BYTES;
	uint8_t page[KDUMP_PAGE_BYTES_MAX];
	uint32_t n = kdump->header.page_bytes;

	if (dump_file_read(part->file, at, page, n) < n || !dump_file_has(part->file, at))
		return 0;
	return page[0] == 0 && memcmp(page, page + 1, n - 1) == 0 ? at : 0;
}

/* The range of pfns that a part says it has. */
static bool part_init(const struct kdump *kdump, const struct dump_file *file,
		      const struct kdump_header *header, struct part *part, struct dint_error *err)
{
	*part = (struct part){.file = file, .end = kdump->rank.n_bits};
	if (header->split) {
		part->start = header->start_pfn;
		part->end = header->end_pfn < part->end ? header->end_pfn : part->end;
	}
	if (part->start >= part->end)
		return dint_fail(err, DINT_CORRUPT,
				 "kdump: a part of a split dump with pages %" PRIu64 " to %" PRIu64,
				 header->start_pfn, header->end_pfn);
	part->first_rank = rank_of(&kdump->rank, part->start);
	part->n_descs = (part->end < kdump->rank.n_bits ? rank_of(&kdump->rank, part->end)
							: kdump->rank.total) -
			part->first_rank;
	part->zero_at = find_zero_page(kdump, part);
	return true;
}

/* Whether both files begin with the same main header, as the parts of one dump do. */
static bool same_dump(const struct dump_file *a, const struct dump_file *b)
{
	uint8_t left[KDUMP_HEADER_BYTES], right[KDUMP_HEADER_BYTES];

	dump_file_read(a, 0, left, sizeof(left));
	dump_file_read(b, 0, right, sizeof(right));
	return memcmp(left, right, sizeof(left)) == 0;
}

static int by_start(const void *left, const void *right)
{
	const struct part *a = left, *b = right;

	return a->start < b->start ? -1 : a->start > b->start;
}

static bool take_parts(const struct dump *dump, struct kdump *kdump, struct dint_error *err)
{
	kdump->parts = xcalloc(1 + dump->n_more, sizeof(*kdump->parts));
	kdump->n_parts = 1 + dump->n_more;
	if (dump->n_more > 0 && !kdump->header.split)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "the dump is not split: it has no further parts");
	if (!part_init(kdump, &dump->file, &kdump->header, &kdump->parts[0], err))
		return false;
	for (size_t i = 0; i < dump->n_more; i++) {
		struct kdump_header header = {0};

		if (!same_dump(&dump->file, &dump->more[i]))
			return dint_fail(err, DINT_BAD_REQUEST,
					 "part %zu is not of the same dump as the first", i + 2);
		if (!read_headers(&dump->more[i], &header, err) ||
		    !part_init(kdump, &dump->more[i], &header, &kdump->parts[i + 1], err))
			return dint_within(err, "part %zu", i + 2);
	}
	qsort(kdump->parts, kdump->n_parts, sizeof(*kdump->parts), by_start);
	for (size_t i = 1; i < kdump->n_parts; i++)
		if (kdump->parts[i].start < kdump->parts[i - 1].end)
			return dint_fail(err, DINT_BAD_REQUEST,
					 "two parts have page 0x%" PRIx64 ": was one given twice?",
					 kdump->parts[i].start);
	return true;
}

static void fill_facts(struct dump *dump)
{
	struct kdump *kdump = dump->own;
	const struct kdump_header *h = &kdump->header;
	struct dump_facts *facts = &dump->facts;
	uint32_t codec = default_codec(h);

	facts->format = dump->wrapped ? "kdump-flattened" : "kdump";
	facts->compression = codec ? codec_by_flag(codec)->name : "none";
	facts->page_bytes = h->page_bytes;
	facts->dump_level = h->dump_level;
	facts->timestamp_s = h->timestamp_s;
	facts->writer = h->sysname[0] ? "makedumpfile" : "qemu";
	facts->erased = h->erased_bytes > 0;
	memcpy(facts->hostname, h->nodename, sizeof(h->nodename));
	memcpy(facts->release, h->release, sizeof(h->release));
	memcpy(facts->version, h->version_text, sizeof(h->version_text));
	memcpy(facts->machine, h->machine, sizeof(h->machine));
	note_facts(facts, read_notes(&dump->file, kdump), h->notes_bytes);
	text_facts(&dump->file, kdump, facts);
	facts->completeness = judge(kdump);
	facts->split = h->split;
}

static bool kdump_open(struct dump *dump, struct dint_error *err)
{
	CLEANUP(kdump_free_ptr) struct kdump *kdump = xcalloc(1, sizeof(*kdump));

	if (!read_headers(&dump->file, &kdump->header, err) || !check_codec(&kdump->header, err) ||
	    !lay_out(&dump->file, kdump, err) || !take_parts(dump, kdump, err))
		return false;
	dump->own = TAKE(kdump);
	fill_facts(dump);
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

/* The part that has the page; NULL when it was not given. */
static const struct part *part_of(const struct kdump *kdump, pfn_t pfn)
{
	for (size_t i = 0; i < kdump->n_parts; i++)
		if (pfn >= kdump->parts[i].start && pfn < kdump->parts[i].end)
			return &kdump->parts[i];
	return NULL;
}

static enum page_state kdump_find(const struct dump *dump, pfn_t pfn, struct page_place *place,
				  struct dint_error *err)
{
	const struct kdump *kdump = dump->own;
	const struct part *part;
	struct page_desc desc;

	if (pfn >= kdump->rank.n_bits)
		return PAGE_ABSENT;
	if (!rank_test(&kdump->rank, pfn))
		return not_in_file(dump, pfn, err);
	part = part_of(kdump, pfn);
	if (!part) {
		dint_error_set(err, DINT_CORRUPT,
			       "the page is in a part of the split dump that was not given");
		return PAGE_LOST;
	}
	if (!read_desc(kdump, part, rank_of(&kdump->rank, pfn) - part->first_rank, &desc, err))
		return PAGE_LOST;
	if (part->zero_at && desc.at == part->zero_at && desc.flags == 0)
		return PAGE_ZERO;
	*place = (struct page_place){part->file, desc.at, desc.size, .codec = desc.flags};
	return PAGE_PRESENT;
}

static pfn_t kdump_next(const struct dump *dump, pfn_t pfn)
{
	const struct kdump *kdump = dump->own;

	return rank_next(&kdump->rank, pfn);
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

/* Goes through the descriptors that a part can hold; those behind its end are all lost. */
static uint64_t count_lost_in(const struct kdump *kdump, const struct part *part)
{
	uint64_t size = part->file->size, lost = 0;
	uint64_t there = size > kdump->descs_at ? (size - kdump->descs_at) / KDUMP_DESC_BYTES : 0;
	struct page_desc desc;
	struct dint_error ignored;

	if (there > part->n_descs)
		there = part->n_descs;
	for (uint64_t i = 0; i < there; i++)
		lost += !read_desc(kdump, part, i, &desc, &ignored);
	return lost + (part->n_descs - there);
}

static uint64_t count_lost(const struct dump *dump)
{
	const struct kdump *kdump = dump->own;
	uint64_t lost = kdump->rank.total;

	if (dump->facts.completeness == DUMP_COMPLETE)
		return 0;
	for (size_t i = 0; i < kdump->n_parts; i++)
		lost -= kdump->parts[i].n_descs - count_lost_in(kdump, &kdump->parts[i]);
	return lost;
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
	.next = kdump_next,
	.count = kdump_count,
	.close = kdump_close,
	.takes_parts = true,
};
