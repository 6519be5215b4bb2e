/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMCOREINFO: what the kernel writes down for dump tools, lines of KEY=VALUE:
 *
 *	SYMBOL(prb)=ffffffffabc643e0		hexadecimal
 *	OFFSET(prb_desc.state_var)=0		decimal; so are SIZE and LENGTH
 *	NUMBER(phys_base)=-503316480		signed decimal, or 0x… where an architecture wrote
 *it KERNELOFFSET=29200000			hexadecimal
 *
 * The kernel cuts the text at VMCOREINFO_BYTES without a word.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/units.h"

#define VMCOREINFO_BYTES     4096  /* of the kernel's text: one page of x86-64 */
#define VMCOREINFO_BYTES_MAX 65536 /* one page of arm64 with 64 KiB pages */
#define VMCOREINFO_LINES_MAX 4096  /* x86-64 has some 110 */

struct vmcoreinfo_line {
	const char *key, *value;
};

struct vmcoreinfo {
	char *text; /* cut into NUL-terminated keys and values */
	struct vmcoreinfo_line *lines;
	size_t n_lines;
};

/* Parses the text up to its end or first NUL. DINT_CORRUPT where a line is no KEY=VALUE or holds
 * what is not printable ASCII, or where there is none. */
bool vmcoreinfo_parse(const void *text, size_t n, struct vmcoreinfo *out, struct dint_error *err);
void vmcoreinfo_done(struct vmcoreinfo *info);

/* The value of a whole key ("OSRELEASE", "OFFSET(list_head.next)"); NULL for no such thing. */
const char *vmcoreinfo_text(const struct vmcoreinfo *info, const char *key);

/* By kind and name: DINT_NOT_FOUND when it is absent, DINT_CORRUPT when it is no number. */
bool vmcoreinfo_symbol(const struct vmcoreinfo *info, const char *name, kva_t *value,
		       struct dint_error *err);
bool vmcoreinfo_number(const struct vmcoreinfo *info, const char *name, int64_t *value,
		       struct dint_error *err);
/* Offsets, sizes and lengths are limited to 2^31. */
bool vmcoreinfo_offset(const struct vmcoreinfo *info, const char *name, size_t *value,
		       struct dint_error *err);
bool vmcoreinfo_size(const struct vmcoreinfo *info, const char *name, size_t *value,
		     struct dint_error *err);
/* A bare hexadecimal key, like KERNELOFFSET. */
bool vmcoreinfo_hex(const struct vmcoreinfo *info, const char *key, uint64_t *value,
		    struct dint_error *err);
