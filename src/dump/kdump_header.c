/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decoding the headers and page descriptors of kdump files. */
#include "dump/kdump_header.h"

#include <string.h>

#include "base/cursor.h"

static void uts_field(struct cursor *c, char field[DUMP_UTS_BYTES])
{
	cursor_copy(c, field, DUMP_UTS_BYTES);
	field[DUMP_UTS_BYTES - 1] = '\0';
}

static bool plausible_page_bytes(uint32_t bytes)
{
	return bytes >= KDUMP_PAGE_BYTES_MIN && bytes <= KDUMP_PAGE_BYTES_MAX &&
	       (bytes & (bytes - 1)) == 0;
}

/* Says what a header is whose page size makes no sense where a 64-bit one has it. */
static bool refuse_page_bytes(const uint8_t *bytes, uint32_t found, struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, KDUMP_HEADER_BYTES);

	cursor_seek(&c, 416); /* where a 32-bit header has it */
	if (plausible_page_bytes(cursor_u32(&c)))
		return dint_fail(err, DINT_UNSUPPORTED, "a kdump file of a 32-bit machine");
	if (plausible_page_bytes(__builtin_bswap32(found)))
		return dint_fail(err, DINT_UNSUPPORTED, "a kdump file of a big-endian machine");
	return dint_fail(err, DINT_CORRUPT, "kdump header: pages of %u bytes", found);
}

bool kdump_header_decode(const uint8_t *bytes, size_t n, struct kdump_header *header,
			 struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, n);
	struct kdump_header h = {.dump_level = -1};
	char domain[DUMP_UTS_BYTES];

	cursor_skip(&c, 8); /* signature */
	h.version = cursor_u32(&c);
	uts_field(&c, h.sysname);
	uts_field(&c, h.nodename);
	uts_field(&c, h.release);
	uts_field(&c, h.version_text);
	uts_field(&c, h.machine);
	uts_field(&c, domain);
	cursor_seek(&c, 408);
	h.timestamp_s = cursor_u64(&c);
	cursor_skip(&c, 8); /* microseconds, always 0 */
	h.status = cursor_u32(&c);
	h.page_bytes = cursor_u32(&c);
	h.sub_header_blocks = cursor_u32(&c);
	h.bitmap_blocks = cursor_u32(&c);
	h.n_pfns = cursor_u32(&c);
	cursor_skip(&c, KDUMP_HEADER_BYTES - 444);

	if (!cursor_ok(&c))
		return dint_fail(err, DINT_CORRUPT, "the file ends in its kdump header");
	if (h.version > KDUMP_VERSION_MAX)
		return dint_fail(err, DINT_UNSUPPORTED,
				 "kdump header version %u, the newest known is %d", h.version,
				 KDUMP_VERSION_MAX);
	if (!plausible_page_bytes(h.page_bytes))
		return refuse_page_bytes(bytes, h.page_bytes, err);
	if (h.sub_header_blocks == 0 || h.bitmap_blocks == 0)
		return dint_fail(err, DINT_CORRUPT,
				 "kdump header: %u blocks of sub header, %u of bitmap",
				 h.sub_header_blocks, h.bitmap_blocks);
	*header = h;
	return true;
}

bool kdump_sub_header_decode(const uint8_t *bytes, size_t n, struct kdump_header *header,
			     struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, n);
	struct kdump_header h = *header;

	cursor_skip(&c, 8); /* phys_base: QEMU's is wrong unless 0; VMCOREINFO has it */
	if (h.version >= 1)
		h.dump_level = (int32_t)cursor_u32(&c);
	cursor_seek(&c, 12);
	if (h.version >= 2) {
		h.split = cursor_u32(&c) != 0;
		h.start_pfn = cursor_u64(&c); /* cut to 32 bits */
		h.end_pfn = cursor_u64(&c);
	}
	cursor_seek(&c, 32);
	if (h.version >= 3) {
		h.vmcoreinfo_at = cursor_u64(&c);
		h.vmcoreinfo_bytes = cursor_u64(&c);
	}
	if (h.version >= 4) {
		h.notes_at = cursor_u64(&c);
		h.notes_bytes = cursor_u64(&c);
	}
	if (h.version >= 5) {
		cursor_skip(&c, 8);
		h.erased_bytes = cursor_u64(&c);
	}
	if (h.version >= 6) {
		cursor_seek(&c, 80);
		h.start_pfn = cursor_u64(&c);
		h.end_pfn = cursor_u64(&c);
		h.n_pfns = cursor_u64(&c);
	}

	if (!cursor_ok(&c))
		return dint_fail(err, DINT_CORRUPT, "the file ends in its kdump sub header");
	if (h.n_pfns == 0 || h.n_pfns > KDUMP_PFNS_MAX)
		return dint_fail(err, DINT_CORRUPT,
				 "kdump sub header: %llu pages, the most is %llu",
				 (unsigned long long)h.n_pfns, (unsigned long long)KDUMP_PFNS_MAX);
	*header = h;
	return true;
}

bool page_desc_decode(const uint8_t *bytes, uint32_t page_bytes, struct page_desc *desc,
		      struct dint_error *err)
{
	struct cursor c = cursor_over(bytes, KDUMP_DESC_BYTES);
	struct page_desc d;

	d.at = cursor_u64(&c);
	d.size = cursor_u32(&c);
	d.flags = cursor_u32(&c);

	if (d.size > page_bytes)
		return dint_fail(err, DINT_CORRUPT, "page of %u bytes, the most is %u", d.size,
				 page_bytes);
	if (d.flags == 0 && d.at != 0 && d.size != page_bytes)
		return dint_fail(err, DINT_CORRUPT, "page of %u bytes that is not packed", d.size);
	*desc = d;
	return true;
}
