/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding a symbol by its name: by binary search where the kernel keeps the order of names (since
 * v6.2 and in some before; Linux commit 60443c88f3a8, "kallsyms: Improve the performance of
 * kallsyms_lookup_name()"); else by a hash of all names, which is made without unpacking them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cursor.h"
#include "kernel/kallsyms_internal.h"

#define HASH_FACTOR ((uint32_t)0x01000193) /* odd, so that a factor for each token can be made */

struct kallsyms_hash {
	uint32_t mask;
	uint32_t slots[]; /* index and one; 0: free */
};

void kallsyms_hash_free(struct kallsyms_hash *hash)
{
	free(hash);
}

static uint32_t hash_text(const char *text, size_t n, uint32_t hash, uint32_t *factor)
{
	uint32_t f = 1;

	for (size_t i = 0; i < n; i++) {
		hash = hash * HASH_FACTOR + (uint8_t)text[i];
		f *= HASH_FACTOR;
	}
	*factor = f;
	return hash;
}

static size_t slot_of(uint32_t hash, uint32_t mask)
{
	return (hash * 0x9e3779b1u >> 7) & mask;
}

/* What each token adds to a name's hash, as any but the first of it, and as the first, whose first
 * character is no part of the name. */
struct token_hashes {
	uint32_t add[KALLSYMS_TOKENS], factor[KALLSYMS_TOKENS], first[KALLSYMS_TOKENS];
};

static void hash_tokens(const struct kallsyms *k, struct token_hashes *hashes)
{
	for (unsigned i = 0; i < KALLSYMS_TOKENS; i++) {
		const char *text = k->tokens.text + k->tokens.start[i];
		size_t n = k->tokens.length[i];
		uint32_t ignored;

		hashes->add[i] = hash_text(text, n, 0, &hashes->factor[i]);
		hashes->first[i] = n ? hash_text(text + 1, n - 1, 0, &ignored) : 0;
	}
}

static void hash_block(const struct kallsyms *k, struct kallsyms_hash *hash,
		       const struct token_hashes *tokens, uint32_t block, struct cursor *c)
{
	uint32_t first = block * KALLSYMS_BLOCK;
	struct kallsyms_entry entry;

	for (uint32_t i = first; i < k->tables.n && i - first < KALLSYMS_BLOCK; i++) {
		if (!kallsyms_entry(c, k->tables.two_byte_lengths, &entry))
			return;
		uint32_t h = tokens->first[entry.tokens[0]];

		for (size_t t = 1; t < entry.n; t++)
			h = h * tokens->factor[entry.tokens[t]] + tokens->add[entry.tokens[t]];
		size_t at = slot_of(h, hash->mask);

		while (hash->slots[at])
			at = (at + 1) & hash->mask;
		hash->slots[at] = i + 1;
	}
}

/* With the lock held. Blocks that cannot be read are left out. */
static struct kallsyms_hash *make_hash(struct kallsyms *k)
{
	struct kallsyms_hash *hash;
	struct token_hashes tokens;
	size_t slots = 256;

	while (slots < (size_t)k->tables.n * 2)
		slots *= 2;
	hash = xcalloc(1, sizeof(*hash) + slots * sizeof(hash->slots[0]));
	hash->mask = (uint32_t)slots - 1;
	hash_tokens(k, &tokens);
	for (uint32_t block = 0; block < kallsyms_markers(k->tables.n); block++) {
		struct dint_error ignored;
		struct cursor c;

		if (kallsyms_block(k, block, &c, &ignored))
			hash_block(k, hash, &tokens, block, &c);
	}
	return hash;
}

/* The name of a symbol without nm's letter, unpacked into text. */
static bool name_of(struct kallsyms *k, uint32_t i, char text[KALLSYMS_NAME_BYTES],
		    struct dint_error *err)
{
	struct kallsyms_entry entry;

	if (!kallsyms_packed(k, i, &entry, err))
		return false;
	if (!kallsyms_unpack(k, &entry, text))
		return dint_fail(err, DINT_CORRUPT, "kallsyms_names: a symbol without a name");
	return true;
}

static bool not_found(const char *name, struct dint_error *err)
{
	return dint_fail(err, DINT_NOT_FOUND, "no symbol '%.120s'", name);
}

static bool find_by_hash(struct kallsyms *k, const char *name, uint32_t *i, struct dint_error *err)
{
	char text[KALLSYMS_NAME_BYTES];
	uint32_t ignored, best = UINT32_MAX;
	struct dint_error unreadable;
	const struct kallsyms_hash *hash;

	pthread_mutex_lock(&k->lock);
	if (!k->hash)
		k->hash = make_hash(k);
	hash = k->hash;
	pthread_mutex_unlock(&k->lock);
	size_t at = slot_of(hash_text(name, strlen(name), 0, &ignored), hash->mask);

	for (; hash->slots[at]; at = (at + 1) & hash->mask)
		if (hash->slots[at] - 1 < best &&
		    name_of(k, hash->slots[at] - 1, text, &unreadable) &&
		    strcmp(text + 1, name) == 0)
			best = hash->slots[at] - 1;
	if (best == UINT32_MAX)
		return not_found(name, err);
	*i = best;
	return true;
}

static bool seq_at(struct kallsyms *k, uint32_t place, uint32_t *i, struct dint_error *err)
{
	const uint8_t *seq = window_at(&k->seqs, (uint64_t)place * 3, 3, err);

	if (!seq)
		return dint_within(err, "kallsyms_seqs_of_names");
	*i = (uint32_t)seq[0] << 16 | (uint32_t)seq[1] << 8 | seq[2];
	return true;
}

/* The first place, in the order of names, whose name is not before one. Kernels built by clang with
 * LTO sorted them (until v6.8) without the suffix that it gives local names. */
static bool lower_bound(struct kallsyms *k, const char *name, uint32_t *place,
			struct dint_error *err)
{
	uint32_t low = 0, high = k->tables.n;
	char text[KALLSYMS_NAME_BYTES];

	while (low < high) {
		uint32_t middle = low + (high - low) / 2, i = 0;

		if (!seq_at(k, middle, &i, err) || !name_of(k, i, text, err))
			return false;
		char *suffix = strstr(text, ".llvm.");

		if (suffix)
			*suffix = '\0';
		if (strcmp(text + 1, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*place = low;
	return true;
}

/* The symbol at a place in the order of names, when its name passes. */
static bool accept_at(struct kallsyms *k, uint32_t place, const char *name,
		      bool (*passes)(const char *text, const char *name), uint32_t *i,
		      struct dint_error *err)
{
	char text[KALLSYMS_NAME_BYTES];

	if (place >= k->tables.n)
		return not_found(name, err);
	if (!seq_at(k, place, i, err) || !name_of(k, *i, text, err))
		return false;
	return passes(text + 1, name) || not_found(name, err);
}

static bool is_name(const char *text, const char *name)
{
	size_t n = strlen(name);

	return strncmp(text, name, n) == 0 &&
	       (text[n] == '\0' || strncmp(text + n, ".llvm.", 6) == 0);
}

static bool is_numbered(const char *text, const char *name)
{
	size_t n = strlen(name);

	return strncmp(text, name, n) == 0 && text[n] == '.' && text[n + 1] &&
	       text[n + 1 + strspn(text + n + 1, "0123456789")] == '\0';
}

bool kallsyms_find(struct kallsyms *k, const char *name, uint32_t *i, struct dint_error *err)
{
	uint32_t place = 0;

	if (strlen(name) >= KALLSYMS_NAME_BYTES - 1)
		return not_found(name, err);
	if (!k->tables.seqs)
		return find_by_hash(k, name, i, err);
	return lower_bound(k, name, &place, err) && accept_at(k, place, name, is_name, i, err);
}

/* Name by name. */
static bool find_numbered_slowly(struct kallsyms *k, const char *name, uint32_t *i,
				 struct dint_error *err)
{
	char text[KALLSYMS_NAME_BYTES];
	struct kallsyms_entry entry;
	struct dint_error ignored;

	for (uint32_t block = 0; block < kallsyms_markers(k->tables.n); block++) {
		struct cursor c;

		if (!kallsyms_block(k, block, &c, &ignored))
			continue;
		for (uint32_t n = 0; n < KALLSYMS_BLOCK; n++) {
			*i = block * KALLSYMS_BLOCK + n;
			if (*i >= k->tables.n ||
			    !kallsyms_entry(&c, k->tables.two_byte_lengths, &entry))
				break;
			if (kallsyms_unpack(k, &entry, text) && is_numbered(text + 1, name))
				return true;
		}
	}
	return not_found(name, err);
}

bool kallsyms_find_numbered(struct kallsyms *k, const char *name, uint32_t *i,
			    struct dint_error *err)
{
	char first[KALLSYMS_NAME_BYTES];
	uint32_t place = 0;

	if (strlen(name) >= KALLSYMS_NAME_BYTES - 3)
		return not_found(name, err);
	if (!k->tables.seqs)
		return find_numbered_slowly(k, name, i, err);
	/* '0' is the least that can follow the dot */
	snprintf(first, sizeof(first), "%s.0", name);
	return lower_bound(k, first, &place, err) && accept_at(k, place, name, is_numbered, i, err);
}
