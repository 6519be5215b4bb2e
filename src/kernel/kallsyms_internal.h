/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An open symbol table: what decoding (kallsyms.c) and finding names (kallsyms_names.c) share. */
#pragma once
#include <pthread.h>

#include "kernel/intern.h"
#include "kernel/kallsyms_tables.h"
#include "kernel/window.h"

struct kallsyms_hash;

struct kallsyms {
	const struct kernel *kernel; /* borrowed */
	struct kallsyms_tables tables;
	struct kallsyms_tokens tokens;
	struct window names, markers, offsets, seqs;
	pthread_mutex_t lock;	    /* of the two below */
	struct kallsyms_hash *hash; /* of names, where there are no seqs; NULL until it is needed */
	struct intern interned;	    /* names that were given out, by index */
};

/* The packed name of a symbol. */
bool kallsyms_packed(struct kallsyms *k, uint32_t i, struct kallsyms_entry *entry,
		     struct dint_error *err);
/* Unpacks one into text (KALLSYMS_NAME_BYTES), NUL-terminated, nm's letter first; its length with
 * that letter, 0 for what is no name. */
size_t kallsyms_unpack(const struct kallsyms *k, const struct kallsyms_entry *entry, char *text);
/* The packed names of a whole block of KALLSYMS_BLOCK symbols. */
bool kallsyms_block(struct kallsyms *k, uint32_t block, struct cursor *c, struct dint_error *err);
void kallsyms_hash_free(struct kallsyms_hash *hash);
