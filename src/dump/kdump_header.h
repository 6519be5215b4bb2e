/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The headers of a kdump-compressed file, in blocks of the dumped kernel's page size:
 *
 *	block 0		main header
 *	1 …		sub header, ELF notes			sub_header_blocks
 *	…		bitmap 1: RAM, bitmap 2: in the file	bitmap_blocks, half each
 *	…		page descriptors, one a bit of bitmap 2, in order
 *	…		pages, anywhere
 *
 * (makedumpfile's IMPLEMENTATION and diskdump_mod.h, header versions 0 to 6; 64-bit, little-endian)
 */
#pragma once
#include "base/units.h"
#include "dump/dump.h"

#define KDUMP_SIGNATURE	       "KDUMP   "
#define KDUMP_HEADER_BYTES     464
#define KDUMP_SUB_HEADER_BYTES 104
#define KDUMP_DESC_BYTES       24
#define KDUMP_VERSION_MAX      6
#define KDUMP_PAGE_BYTES_MIN   4096
#define KDUMP_PAGE_BYTES_MAX   65536
/* 32 TiB of RAM in pages of 4 KiB; a bitmap of 1 GiB. */
#define KDUMP_PFNS_MAX ((uint64_t)1 << 33)
/* Registers of 8192 CPUs, as the kernel and as QEMU note them, are 7 MiB. */
#define KDUMP_NOTES_BYTES_MAX (64 * MIB)

/* One page of arm64 with 64 KiB pages. */
#define KDUMP_VMCOREINFO_BYTES_MAX 65536

#define KDUMP_STATUS_INCOMPLETE 0x8
#define KDUMP_STATUS_VMEMMAP	0x10 /* page structs that nobody needs are left out */

struct kdump_header {
	uint32_t version;
	char sysname[DUMP_UTS_BYTES], nodename[DUMP_UTS_BYTES], release[DUMP_UTS_BYTES],
		version_text[DUMP_UTS_BYTES], machine[DUMP_UTS_BYTES];
	uint64_t timestamp_s;
	uint32_t status;
	uint32_t page_bytes;
	uint32_t sub_header_blocks, bitmap_blocks;
	uint64_t n_pfns; /* page numbers end here */
	/* the sub header; zero in versions that do not have the field */
	int32_t dump_level; /* -1: not said */
	bool split;
	pfn_t start_pfn, end_pfn; /* of a part of a split dump */
	uint64_t vmcoreinfo_at, vmcoreinfo_bytes;
	uint64_t notes_at, notes_bytes;
	uint64_t erased_bytes;
};

struct page_desc {
	uint64_t at;
	uint32_t size; /* as packed */
	uint32_t flags;
};

/* The main header, from the first KDUMP_HEADER_BYTES of the file. */
bool kdump_header_decode(const uint8_t *bytes, size_t n, struct kdump_header *header,
			 struct dint_error *err);
/* Adds the sub header's fields, from the bytes at page_bytes. */
bool kdump_sub_header_decode(const uint8_t *bytes, size_t n, struct kdump_header *header,
			     struct dint_error *err);
/* One descriptor; DINT_CORRUPT when no page can be so large. */
bool page_desc_decode(const uint8_t *bytes, uint32_t page_bytes, struct page_desc *desc,
		      struct dint_error *err);
