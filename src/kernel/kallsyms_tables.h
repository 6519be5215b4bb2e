/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the tables of kallsyms lie, in what order and of which form. Each label is aligned to 8
 * bytes, to 4 in some kernels since v7.0:
 *
 *	until v6.3	offsets, relative_base, num_syms, names, markers, [seqs], token_table,
 *token_index until v6.18	num_syms, names, markers, token_table, token_index, offsets,
 *relative_base, seqs since v7.0	the same without relative_base
 *
 * Backports mix these, so nothing is believed for a version: what is taken fits the data.
 */
#pragma once
#include "kernel/kallsyms.h"

#define KALLSYMS_TOKENS		 256
#define KALLSYMS_TOKEN_BYTES_MAX 8192 /* of all tokens with their NULs; Debian's have 1 KB */
#define KALLSYMS_BLOCK		 256  /* symbols between two markers */
#define KALLSYMS_NAMES_BYTES_MAX ((uint64_t)64 << 20)

/* How offsets become addresses. */
enum kallsyms_mode {
	KALLSYMS_PERCPU, /* negative: base - 1 - offset, else the offset; SMP x86-64 until v6.14 */
	KALLSYMS_RELATIVE, /* base + offset */
	KALLSYMS_PLACE,	   /* the offset's own address + offset; since v7.0 */
	KALLSYMS_ABSOLUTE, /* addresses of eight bytes; rare, gone in v6.11 */
};

struct kallsyms_tables {
	uint32_t n;
	kva_t names, markers, token_table, token_index, offsets, seqs; /* seqs 0: none */
	kva_t relative_base; /* the value, not where it is; 0 where the mode has none */
	enum kallsyms_mode mode;
	bool two_byte_lengths; /* a length of 128 and more takes two bytes */
};

/* What a byte of a name stands for. */
struct kallsyms_tokens {
	char *text; /* owned */
	uint16_t start[KALLSYMS_TOKENS], length[KALLSYMS_TOKENS];
};

/* Reads them and proves that each begins where the index says. */
bool kallsyms_tokens_read(const struct kernel *kernel, kva_t table, kva_t index,
			  struct kallsyms_tokens *tokens, struct dint_error *err);
void kallsyms_tokens_done(struct kallsyms_tokens *tokens);

/* A name's bytes within names. */
struct kallsyms_entry {
	const uint8_t *tokens;
	size_t n;
};

/* Reads the entry at the cursor; false past the end. */
struct cursor;
bool kallsyms_entry(struct cursor *c, bool two_byte_lengths, struct kallsyms_entry *entry);

static inline uint32_t kallsyms_markers(uint32_t n)
{
	return n / KALLSYMS_BLOCK + (n % KALLSYMS_BLOCK != 0);
}

/* Finds them and proves that names and markers agree. How offsets become addresses is left to
 * kallsyms_open, which can decode: mode is only a guess, relative_base is read. */
bool kallsyms_tables_find(const struct kernel *kernel, struct kallsyms_tables *tables,
			  struct dint_error *err);
