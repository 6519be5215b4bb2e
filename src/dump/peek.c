/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Magics, the status of a kdump header and the first page descriptors, also through the first
 * records of a flattened file. */
#include "dump/peek.h"

#include <string.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/units.h"
#include "dump/container.h"
#include "dump/flattened.h"
#include "dump/kdump_header.h"

#define RECORDS_MAX 4096 /* of a flattened file; the descriptors' first ones come early */
#define DESCS	    64

/* A file that may be flattened. */
struct view {
	int fd;
	bool flattened;
};

static size_t read_at(int fd, uint64_t at, void *to, size_t n)
{
	ssize_t got = at <= INT64_MAX ? pread(fd, to, n, (off_t)at) : -1;

	return got > 0 ? (size_t)got : 0;
}

/* Reads from the first record that has the byte wanted, as far as it goes: what we look for is
 * written in one piece. */
static size_t read_flattened(int fd, uint64_t at, void *to, size_t n)
{
	uint64_t header_at = FLATTENED_HEADER_BYTES;

	for (unsigned i = 0; i < RECORDS_MAX; i++) {
		uint8_t bytes[16];
		size_t got = read_at(fd, header_at, bytes, sizeof(bytes));
		struct cursor c = cursor_over(bytes, got);
		uint64_t target = cursor_u64be(&c);
		uint64_t size = cursor_u64be(&c);

		if (!cursor_ok(&c) || size > FLATTENED_PLAIN_MAX || target > FLATTENED_PLAIN_MAX)
			return 0;
		if (at >= target && at - target < size) {
			uint64_t there = size - (at - target);

			return read_at(fd, header_at + 16 + (at - target), to,
				       there < n ? (size_t)there : n);
		}
		header_at += 16 + size;
	}
	return 0;
}

static size_t view_read(const struct view *view, uint64_t at, void *to, size_t n)
{
	return view->flattened ? read_flattened(view->fd, at, to, n) : read_at(view->fd, at, to, n);
}

static uint32_t descriptors_codecs(const struct view *view, const struct kdump_header *header)
{
	uint64_t blocks = 1 + (uint64_t)header->sub_header_blocks + header->bitmap_blocks;
	uint8_t bytes[DESCS * KDUMP_DESC_BYTES];
	size_t n = view_read(view, blocks * header->page_bytes, bytes, sizeof(bytes));
	struct dint_error ignored;
	uint32_t flags = 0;

	for (size_t at = 0; at + KDUMP_DESC_BYTES <= n; at += KDUMP_DESC_BYTES) {
		struct page_desc desc;

		if (page_desc_decode(bytes + at, header->page_bytes, &desc, &ignored))
			flags |= desc.flags;
	}
	return flags;
}

static uint32_t kdump_codecs(const struct view *view)
{
	uint8_t bytes[KDUMP_HEADER_BYTES];
	size_t n = view_read(view, 0, bytes, sizeof(bytes));
	struct kdump_header header = {0};
	struct dint_error ignored;

	if (n < 8 || memcmp(bytes, KDUMP_SIGNATURE, 8) != 0 ||
	    !kdump_header_decode(bytes, n, &header, &ignored))
		return 0;
	return header.status | descriptors_codecs(view, &header);
}

struct peek dump_peek(int fd)
{
	uint8_t head[FORMAT_HEAD_BYTES];
	size_t n = read_at(fd, 0, head, sizeof(head));
	struct view view = {fd, format_flattened.recognise(head, n)};

	if (container_recognise(head, n))
		return (struct peek){.container = true, .codecs = UINT32_MAX};
	return (struct peek){.codecs = kdump_codecs(&view)};
}
