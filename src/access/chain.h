/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chain of the audit. A line's hash covers its number, its text and the hash of the line
 *before:
 *
 *	hash 0 = 64 zeros
 *	hash n = hex(sha256(hash n-1 "\n" n "\n" event n "\n"))
 *
 * A line that is changed, missing in the middle or swapped breaks it. What is missing at the end,
 *or was written anew from some line on, shows only against heads that were kept apart.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"

struct chain {
	uint64_t number; /* of the last line; 0: none yet */
	char hash[SHA256_TEXT];
};

void chain_begin(struct chain *chain);
/* Takes the next line in, and says its hash in chain->hash. */
void chain_add(struct chain *chain, const char *event);

/* Takes in a line that is claimed to be the next; DINT_CORRUPT says what is wrong with it. The
 * chain then goes on from what was claimed, so that one pass finds every break. */
bool chain_check(struct chain *chain, uint64_t number, const char *event, const char *hash,
		 struct dint_error *err);

/* Heads that were kept apart, as dintd writes them to its log: "audit: head 42 <64 hex digits>". */
#define CHAIN_HEAD_WORDS "audit: head "

struct chain_heads {
	struct chain *heads; /* in the order in which they were found */
	size_t count;
	size_t room;
};

void chain_heads_done(struct chain_heads *heads);
/* Takes the head out of a line of a log; false when there is none in it. */
bool chain_heads_add(struct chain_heads *heads, const char *line);
/* Puts them in order, each number once; DINT_CORRUPT when two of one number differ. */
bool chain_heads_sort(struct chain_heads *heads, struct dint_error *err);
