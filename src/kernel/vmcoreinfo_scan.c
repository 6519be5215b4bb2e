/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Searching pages for VMCOREINFO. */
#include "kernel/vmcoreinfo_scan.h"

#include <string.h>

#include "base/cleanup.h"

#define FIRST_KEY      "OSRELEASE="
#define HEADER	       24 /* a note's: three sizes, and the name padded to 12 */
#define PEEK_BYTES     (HEADER + sizeof(FIRST_KEY) - 1)
#define PAGE_BYTES_MAX 65536

static const char note_header_name[12] = "VMCOREINFO\0";

/* Where in the page the text begins; false when it does not. */
static bool begins(const uint8_t *bytes, size_t *at)
{
	size_t n = sizeof(FIRST_KEY) - 1;

	if (memcmp(bytes, FIRST_KEY, n) == 0)
		*at = 0;
	else if (memcmp(bytes + HEADER, FIRST_KEY, n) == 0 &&
		 memcmp(bytes + 12, note_header_name, sizeof(note_header_name)) == 0)
		*at = HEADER;
	else
		return false;
	return true;
}

static bool same(const struct vmcoreinfo *a, const struct vmcoreinfo *b, const char *key)
{
	const char *left = vmcoreinfo_text(a, key), *right = vmcoreinfo_text(b, key);

	return left && right ? strcmp(left, right) == 0 : left == right;
}

static bool same_kernel(const struct vmcoreinfo *a, const struct vmcoreinfo *b)
{
	return same(a, b, "OSRELEASE") && same(a, b, "BUILD-ID") && same(a, b, "KERNELOFFSET") &&
	       same(a, b, "NUMBER(phys_base)") && same(a, b, "SYMBOL(init_uts_ns)");
}

/* Takes the info in every case. */
static void add(struct vmcoreinfo_found *found, struct vmcoreinfo info)
{
	for (size_t i = 0; i < found->count; i++) {
		struct vmcoreinfo *known = &found->items[i];

		if (!same_kernel(known, &info))
			continue;
		if (info.n_lines > known->n_lines) {
			vmcoreinfo_done(known);
			*known = info;
		} else {
			vmcoreinfo_done(&info);
		}
		return;
	}
	if (found->count < VMCOREINFO_FOUND_MAX)
		found->items[found->count++] = info;
	else
		vmcoreinfo_done(&info);
}

static void take_page(struct dump *dump, phys_t page, size_t at, struct vmcoreinfo_found *found)
{
	char text[PAGE_BYTES_MAX];
	size_t n = dump_facts(dump)->page_bytes - at;
	struct vmcoreinfo info = {0};
	struct dint_error ignored;

	if (dump_read(dump, page + at, text, n, &ignored) &&
	    vmcoreinfo_parse(text, n, &info, &ignored))
		add(found, info);
}

void vmcoreinfo_scan(struct dump *dump, struct vmcoreinfo_found *found)
{
	uint32_t page_bytes = dump_facts(dump)->page_bytes;
	uint8_t bytes[PEEK_BYTES];
	struct dint_error ignored;
	size_t at;

	found->count = 0;
	for (pfn_t pfn = 0; (pfn = dump_next_page(dump, pfn)) != UINT64_MAX; pfn++)
		if (dump_read(dump, pfn * page_bytes, bytes, sizeof(bytes), &ignored) &&
		    begins(bytes, &at))
			take_page(dump, pfn * page_bytes, at, found);
}

void vmcoreinfo_found_done(struct vmcoreinfo_found *found)
{
	for (size_t i = 0; i < found->count; i++)
		vmcoreinfo_done(&found->items[i]);
	found->count = 0;
}
