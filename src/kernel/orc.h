/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ORC: where the caller's registers are, for each address of code. Two tables, sorted by address:
 *
 *	int ip[n]			the address, relative to where it stands
 *	struct { s16 sp_offset, bp_offset; u16 flags; } entry[n]
 *
 * One pair of tables is the image's, each module has its own. What the bits of flags mean has
 * changed four times; the kernel's own entry for functions with frame pointers tells.
 *
 * To add a version: a row in orc.c's table of layouts, and its cases in tests/unit/kernel/orc.c.
 */
#pragma once
#include "base/cleanup.h"
#include "base/error.h"
#include "base/units.h"

#define ORC_ENTRY_BYTES 6
#define ORC_TABLE_MAX	((size_t)1 << 24) /* entries: distributions' kernels have 500,000 */
#define ORC_HASH_BYTES	20		  /* .orc_header, from Linux 6.4 on */

enum orc_version {
	ORC_UNKNOWN,
	ORC_V1, /* 4.14 to 6.2 */
	ORC_V2, /* 6.3 */
	ORC_V3, /* 6.4 to 7.0, and RHEL 9's 5.14.0-517 and later */
	ORC_V4, /* 7.1 and later */
};

enum orc_register {
	ORC_REG_UNDEFINED,
	ORC_REG_PREV_SP,
	ORC_REG_AX,
	ORC_REG_DX,
	ORC_REG_DI,
	ORC_REG_BP,
	ORC_REG_SP,
	ORC_REG_R10,
	ORC_REG_R13,
	ORC_REG_BP_INDIRECT,
	ORC_REG_SP_INDIRECT,
};

enum orc_type {
	ORC_TYPE_UNDEFINED, /* nobody knows */
	ORC_TYPE_END,	    /* the outermost frame */
	ORC_TYPE_CALL,	    /* a return address */
	ORC_TYPE_REGS,	    /* a struct pt_regs */
	ORC_TYPE_PARTIAL,   /* what the CPU pushes on an interrupt */
};

/* An entry, whatever its version. */
struct orc_entry {
	int16_t sp_offset, bp_offset;
	enum orc_register sp_reg, bp_reg;
	enum orc_type type;
	bool signal; /* the address that follows is exact, no return address */
};

/* Reads the kernel's memory. */
typedef bool orc_read(void *own, kva_t at, void *to, size_t n, struct dint_error *err);

struct orc_table {
	kva_t ips, entries;
	size_t n;
	/* the image's: for each 256 bytes of text the first entry; 0: none */
	kva_t lookup, text;
	size_t blocks;
	kva_t start, end; /* the code that it is about */
};

struct orc;

/* What the tables are; the read function and own must outlive the result. */
struct orc *orc_new(enum orc_version version, orc_read *read, void *own);
void orc_free(struct orc *orc);
DEFINE_CLEANUP(orc_free, struct orc *)
/* Adds the image's table or a module's; the most specific code range first where they overlap. */
void orc_add(struct orc *orc, const struct orc_table *table);

/* The entry for an address; false where no table is about it, or the table cannot be read. */
bool orc_find(struct orc *orc, kva_t ip, struct orc_entry *entry);

/* Decodes an entry. DINT_CORRUPT for registers or types that the version does not have. */
bool orc_decode(enum orc_version version, const uint8_t bytes[ORC_ENTRY_BYTES],
		struct orc_entry *entry, struct dint_error *err);
/* The version by the kernel's orc_fp_entry; 2 is told from 1 by the header's hash only. */
enum orc_version orc_version_of_entry(const uint8_t bytes[ORC_ENTRY_BYTES]);
enum orc_version orc_version_of_hash(const uint8_t hash[ORC_HASH_BYTES]);
/* By what entries there are, n of them in a row; ORC_UNKNOWN where they do not tell. */
enum orc_version orc_version_of_entries(const uint8_t *bytes, size_t n);
