/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own symbol table, which it keeps for /proc/kallsyms: sorted by address, the names
 * packed. An address or a name costs a few pages of it, not the table. Callers want symbols.h.
 *
 *	names	   length (one byte, two since v6.1 where it is 128 or more), then a byte a token;
 *		   the first character that comes of it is nm's letter
 *	markers	   where in names every 256th symbol begins
 *	tokens	   256 strings, and where each begins
 *	offsets	   s32 a symbol, in one of four modes (kallsyms_tables.h)
 *	seqs	   the symbols' indices in the order of their names, three bytes each; since v6.2
 */
#pragma once
#include "base/cleanup.h"
#include "kernel/kernel.h"

#define KALLSYMS_NAME_BYTES  512		 /* KSYM_NAME_LEN since v6.1; 128 before */
#define KALLSYMS_SYMBOLS_MAX ((uint32_t)1 << 22) /* all-yes configurations have a million */

struct kallsyms;

/* DINT_UNSUPPORTED: no table is found, neither by VMCOREINFO nor by searching the image. */
bool kallsyms_open(const struct kernel *kernel, struct kallsyms **kallsyms, struct dint_error *err);
void kallsyms_close(struct kallsyms *kallsyms);
DEFINE_CLEANUP(kallsyms_close, struct kallsyms *)

uint32_t kallsyms_count(const struct kallsyms *kallsyms);
bool kallsyms_address(struct kallsyms *kallsyms, uint32_t i, kva_t *address,
		      struct dint_error *err);
/* The name and nm's letter; valid as long as the table. */
bool kallsyms_name(struct kallsyms *kallsyms, uint32_t i, const char **name, char *type,
		   struct dint_error *err);
/* The first symbol, in the order of names, that bears a name. DINT_NOT_FOUND: none. */
bool kallsyms_find(struct kallsyms *kallsyms, const char *name, uint32_t *i,
		   struct dint_error *err);
/* The same for a static variable of a function, which the compiler calls NAME.7. */
bool kallsyms_find_numbered(struct kallsyms *kallsyms, const char *name, uint32_t *i,
			    struct dint_error *err);
/* The first of the symbols that begin at or last before an address, and the room until the next
 * that begins elsewhere (0 behind the last). DINT_NOT_FOUND: before the first. */
bool kallsyms_at(struct kallsyms *kallsyms, kva_t at, uint32_t *i, uint64_t *size,
		 struct dint_error *err);
/* Whether it names data too (KALLSYMS_ALL=y); without it only functions. */
bool kallsyms_has_data(struct kallsyms *kallsyms);
