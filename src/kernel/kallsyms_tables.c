/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locating the tables of kallsyms. VMCOREINFO names most of them since v6.0 (Linux commit
 * 5fd8fea935a1, "vmcoreinfo: include kallsyms symbols"); before, the token table is searched for by
 * what it must contain. Neither tells the markers and seqs: those are tried where they may be.
 */
#include "kernel/kallsyms_tables.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cursor.h"
#include "kernel/image.h"
#include "kernel/window.h"

#define SEQ_BYTES    3
#define SEQS_PROBED  16
#define TOKEN_OF_0   0x30 /* '0' stands for itself: each character that is in a name does */
#define BEFORE_BYTES ((uint64_t)32 << 20) /* before the token table: names, markers and seqs */
#define SEQS_BYTES   ((uint64_t)3 << 20) /* of a million symbols; who has more has names for them */
#define TRIES_MAX    64 /* of each kind, where one fits in a thousand: who needs more is hostile */

bool kallsyms_entry(struct cursor *c, bool two_byte_lengths, struct kallsyms_entry *entry)
{
	size_t n = cursor_u8(c);

	if (n & 0x80 && two_byte_lengths)
		n = (n & 0x7f) | (size_t)cursor_u8(c) << 7;
	entry->n = n;
	entry->tokens = cursor_bytes(c, n);
	return cursor_ok(c) && n > 0;
}

static uint64_t aligned(uint64_t n, unsigned to)
{
	return (n + to - 1) & ~(uint64_t)(to - 1);
}

/* Whether the last whole block of names ends where the last marker says. */
static bool block_fits(struct window *names, uint32_t from, uint32_t to, bool two_byte_lengths)
{
	struct dint_error ignored;
	const uint8_t *bytes = window_at(names, from, to - from, &ignored);
	struct cursor c = cursor_over(bytes, bytes ? to - from : 0);
	struct kallsyms_entry entry;

	if (!bytes)
		return false;
	for (unsigned i = 0; i < KALLSYMS_BLOCK; i++)
		if (!kallsyms_entry(&c, two_byte_lengths, &entry))
			return false;
	return cursor_left(&c) == 0;
}

/* Markers ascend from 0, and so far that each can have been a block. */
static bool markers_ascend(const uint8_t *bytes, uint32_t count, uint64_t names_bytes,
			   uint32_t *first, uint32_t *last)
{
	struct cursor c = cursor_over(bytes, (size_t)count * 4);
	uint32_t before = cursor_u32(&c), next = before;

	if (before != 0)
		return false;
	*first = 0;
	for (uint32_t i = 1; i < count; i++, before = next) {
		next = cursor_u32(&c);
		if (next < before + KALLSYMS_BLOCK || next >= names_bytes)
			return false;
		if (i == 1)
			*first = next;
	}
	*last = next;
	return true;
}

/* Whether markers are at an address, the names right before them: then tables learns both. */
static bool try_markers(const struct kernel *kernel, kva_t at, struct kallsyms_tables *tables)
{
	uint32_t count = kallsyms_markers(tables->n), first = 0, last = 0;
	struct window markers = {0}, names = {0};
	struct dint_error ignored;
	bool fits = false;

	if (at <= tables->names || at - tables->names > KALLSYMS_NAMES_BYTES_MAX)
		return false;
	if (window_open(kernel, at, (uint64_t)count * 4, &markers, &ignored) &&
	    window_open(kernel, tables->names, at - tables->names, &names, &ignored)) {
		const uint8_t *bytes = window_at(&markers, 0, (size_t)count * 4, &ignored);

		fits = bytes && markers_ascend(bytes, count, names.size, &first, &last);
		if (fits && count > 1) {
			/* either rule fits where no length is above 127 */
			tables->two_byte_lengths = block_fits(&names, 0, first, true);
			fits = tables->two_byte_lengths || block_fits(&names, 0, first, false);
		}
	}
	window_done(&markers);
	window_done(&names);
	if (fits)
		tables->markers = at;
	return fits;
}

/* Whether seqs are at an address: indices, and not all alike. */
static bool try_seqs(const struct kernel *kernel, kva_t at, uint32_t n)
{
	uint8_t bytes[SEQS_PROBED * SEQ_BYTES];
	uint32_t before = UINT32_MAX;
	struct dint_error ignored;

	if (n < SEQS_PROBED || !kernel_read(kernel, at, bytes, sizeof(bytes), &ignored))
		return false;
	for (unsigned i = 0; i < SEQS_PROBED; i++) {
		const uint8_t *seq = bytes + i * SEQ_BYTES;
		uint32_t value = (uint32_t)seq[0] << 16 | (uint32_t)seq[1] << 8 | seq[2];

		if (value >= n || value == before)
			return false;
		before = value;
	}
	return kernel_read(kernel, at + (uint64_t)(n - 1) * SEQ_BYTES, bytes, SEQ_BYTES,
			   &ignored) &&
	       ((uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2]) < n;
}

/* Markers lie before the token table, in some kernels with seqs between them. */
static bool find_markers(const struct kernel *kernel, struct kallsyms_tables *tables,
			 struct dint_error *err)
{
	static const unsigned alignments[] = {8, 4};
	uint64_t n = tables->n, count = kallsyms_markers(tables->n);

	for (size_t i = 0; i < ARRAY_SIZE(alignments); i++) {
		unsigned a = alignments[i];
		kva_t seqs = tables->token_table - aligned(n * SEQ_BYTES, a);

		tables->seqs = 0;
		if (try_markers(kernel, tables->token_table - aligned(count * 4, a), tables))
			return true;
		if (try_markers(kernel, seqs - aligned(count * 4, a), tables)) {
			tables->seqs = seqs;
			return true;
		}
	}
	return dint_fail(err, DINT_CORRUPT,
			 "the names of %" PRIu32 " symbols have no markers that fit", tables->n);
}

/* In the later order seqs are behind the offsets, a base of eight bytes perhaps between. */
static void find_seqs(const struct kernel *kernel, struct kallsyms_tables *tables)
{
	uint64_t n = tables->n;
	const kva_t places[] = {
		tables->offsets + aligned(n * 4, 8) + 8,
		tables->offsets + n * 4,
		tables->offsets + aligned(n * 4, 8),
	};

	if (tables->seqs || tables->offsets < tables->names)
		return;
	for (size_t i = tables->relative_base ? 0 : 1; i < ARRAY_SIZE(places); i++)
		if (try_seqs(kernel, places[i], tables->n)) {
			tables->seqs = places[i];
			return;
		}
}

static bool check_count(uint32_t n, struct dint_error *err)
{
	if (n < 1 || n > KALLSYMS_SYMBOLS_MAX)
		return dint_fail(err, DINT_CORRUPT, "kallsyms_num_syms: %" PRIu32, n);
	return true;
}

/* By VMCOREINFO. *named is false where it names none. */
static bool take_named(const struct kernel *kernel, struct kallsyms_tables *tables, bool *named,
		       struct dint_error *err)
{
	const struct vmcoreinfo *info = kernel_vmcoreinfo(kernel);
	struct dint_error ignored;
	kva_t count = 0, base = 0;

	*named = vmcoreinfo_symbol(info, "kallsyms_names", &tables->names, &ignored) &&
		 vmcoreinfo_symbol(info, "kallsyms_num_syms", &count, &ignored) &&
		 vmcoreinfo_symbol(info, "kallsyms_token_table", &tables->token_table, &ignored) &&
		 vmcoreinfo_symbol(info, "kallsyms_token_index", &tables->token_index, &ignored);
	if (!*named)
		return true;
	tables->mode = KALLSYMS_PLACE;
	if (!vmcoreinfo_symbol(info, "kallsyms_offsets", &tables->offsets, &ignored)) {
		tables->mode = KALLSYMS_ABSOLUTE;
		if (!vmcoreinfo_symbol(info, "kallsyms_addresses", &tables->offsets, err))
			return false;
	} else if (vmcoreinfo_symbol(info, "kallsyms_relative_base", &base, &ignored)) {
		tables->mode = KALLSYMS_PERCPU;
		if (!kernel_read_u64(kernel, base, &tables->relative_base, err))
			return dint_within(err, "kallsyms_relative_base");
	}
	if (!kernel_read_u32(kernel, count, &tables->n, err))
		return dint_within(err, "kallsyms_num_syms");
	return check_count(tables->n, err) && find_markers(kernel, tables, err);
}

/* A token table that was found by content, and what is being made of it. */
struct unnamed {
	const struct kernel *kernel;
	struct kallsyms_tables *tables;
	struct window before; /* what ends with the token table */
	unsigned tables_tried, markers_tried, names_tried;
};

static uint32_t word_before(struct unnamed *u, kva_t end)
{
	struct dint_error ignored;
	const uint8_t *bytes = window_at(&u->before, end - 4 - u->before.start, 4, &ignored);
	struct cursor c = cursor_over(bytes, bytes ? 4 : 0);

	return bytes ? cursor_u32(&c) : UINT32_MAX;
}

/* Walks markers backwards from their end to the 0 that they begin with. 0: these are none. */
static uint32_t count_markers(struct unnamed *u, kva_t end, uint32_t *last)
{
	uint32_t count = 0, above = UINT32_MAX;

	for (; count < kallsyms_markers(KALLSYMS_SYMBOLS_MAX); count++) {
		uint32_t word = word_before(u, end - (uint64_t)count * 4);

		if (word == 0)
			return count ? count + 1 : 0;
		if (word >= above || (above != UINT32_MAX && above - word < KALLSYMS_BLOCK) ||
		    word > KALLSYMS_NAMES_BYTES_MAX)
			return 0;
		if (count == 0)
			*last = word;
		above = word;
	}
	return 0;
}

/* The names end at the markers; how many symbols there are stands before them. */
static bool find_names(struct unnamed *u, kva_t markers, uint32_t count, uint32_t last)
{
	kva_t latest = (markers - last) & ~(kva_t)3;
	uint64_t slack = KALLSYMS_BLOCK * (KALLSYMS_NAME_BYTES + 2);
	kva_t earliest = latest > slack ? latest - slack : 0;

	if (earliest < u->before.start + 8)
		earliest = u->before.start + 8;
	for (kva_t at = latest; at >= earliest; at -= 4)
		for (unsigned back = 4; back <= 8; back += 4) {
			u->tables->n = word_before(u, at - back + 4);
			u->tables->names = at;
			if (u->tables->n > KALLSYMS_SYMBOLS_MAX || !u->tables->n ||
			    kallsyms_markers(u->tables->n) != count)
				continue;
			if (try_markers(u->kernel, markers, u->tables))
				return true;
			if (++u->names_tried > TRIES_MAX)
				return false;
		}
	return false;
}

/* Offsets and base: before the names, or behind the token index. */
static bool find_offsets(struct unnamed *u)
{
	struct kallsyms_tables *t = u->tables;
	uint64_t bytes = aligned((uint64_t)t->n * 4, 8);
	struct dint_error ignored;
	uint64_t base = 0;

	if (!kernel_read_u64(u->kernel, t->names - 16, &base, &ignored))
		return false;
	if (base >= PAGING_IMAGE_START) {
		t->offsets = t->names - 16 - bytes;
	} else {
		t->offsets = t->token_index + KALLSYMS_TOKENS * 2;
		if (!kernel_read_u64(u->kernel, t->offsets + bytes, &base, &ignored))
			return false;
	}
	t->relative_base = base >= PAGING_IMAGE_START ? base : 0;
	t->mode = t->relative_base ? KALLSYMS_PERCPU : KALLSYMS_PLACE;
	return true;
}

/* Forwards from the digits to the end of the strings: there the index begins, which leads back to
 * their start. */
static bool token_table_at(const struct kernel *kernel, kva_t digits,
			   struct kallsyms_tables *tables)
{
	static const unsigned alignments[] = {8, 4};
	struct kallsyms_tokens tokens = {0};
	struct dint_error ignored;
	struct window strings = {0};
	uint64_t end = 0;
	bool fits = window_open(kernel, digits, KALLSYMS_TOKEN_BYTES_MAX, &strings, &ignored);

	for (unsigned i = TOKEN_OF_0; fits && i < KALLSYMS_TOKENS; i++) {
		const char *text = window_text(&strings, end, KALLSYMS_NAME_BYTES, &ignored);

		fits = text != NULL;
		end += text ? strlen(text) + 1 : 0;
	}
	window_done(&strings);
	for (size_t i = 0; fits && i < ARRAY_SIZE(alignments); i++) {
		uint32_t before = 0;

		tables->token_index = aligned(digits + end, alignments[i]);
		if (!kernel_read_u32(kernel, tables->token_index + TOKEN_OF_0 * 2, &before,
				     &ignored))
			continue;
		tables->token_table = digits - (uint16_t)before;
		if (kallsyms_tokens_read(kernel, tables->token_table, tables->token_index, &tokens,
					 &ignored)) {
			kallsyms_tokens_done(&tokens);
			return true;
		}
	}
	return false;
}

/* Markers end at the token table, padded or not. */
static bool find_markers_before(struct unnamed *u, kva_t end)
{
	for (unsigned padding = 0; padding <= 4; padding += 4) {
		uint32_t last = 0, count = count_markers(u, end - padding, &last);

		if (count > 1 && find_names(u, end - padding - (uint64_t)count * 4, count, last))
			return true;
	}
	return false;
}

/* Whether markers for that many symbols can be at an address: 0, and not too far from it the next.
 * *there: the memory is. */
static bool may_be_markers(struct unnamed *u, kva_t markers, bool *there)
{
	struct dint_error ignored;
	const uint8_t *bytes = window_at(&u->before, markers - u->before.start, 8, &ignored);
	struct cursor c = cursor_over(bytes, bytes ? 8 : 0);

	*there = bytes != NULL;
	return bytes && cursor_u32(&c) == 0 &&
	       cursor_u32(&c) - KALLSYMS_BLOCK <= KALLSYMS_BLOCK * 128;
}

/* Markers behind that many bytes of seqs, padding included. */
static bool try_seqs_bytes(struct unnamed *u, uint64_t bytes, uint64_t n, bool *there)
{
	kva_t seqs = u->tables->token_table - bytes;
	kva_t markers = seqs - aligned((uint64_t)kallsyms_markers((uint32_t)n) * 4, 8);

	*there = false;
	if (markers < u->before.start + 8 || u->markers_tried > TRIES_MAX ||
	    !may_be_markers(u, markers, there))
		return false;
	u->markers_tried++;
	if (!find_markers_before(u, seqs) ||
	    aligned((uint64_t)u->tables->n * SEQ_BYTES, 8) != bytes)
		return false;
	u->tables->seqs = seqs;
	return true;
}

/* With seqs between, whose length follows from the count that is looked for: each is tried, as far
 * down as there is memory. */
static bool find_markers_behind_seqs(struct unnamed *u)
{
	bool there = true;

	for (uint64_t bytes = KALLSYMS_BLOCK * SEQ_BYTES; there && bytes < SEQS_BYTES; bytes += 8) {
		uint64_t most = bytes / SEQ_BYTES, least = (bytes - 8) / SEQ_BYTES + 1;

		if (try_seqs_bytes(u, bytes, most, &there))
			return true;
		if (kallsyms_markers((uint32_t)least) != kallsyms_markers((uint32_t)most) &&
		    try_seqs_bytes(u, bytes, least, &there))
			return true;
	}
	return false;
}

static bool judge_digits(void *context, kva_t at)
{
	struct unnamed *u = context;
	struct kallsyms_tables *t = u->tables;
	struct dint_error ignored;
	bool found;

	if (u->tables_tried > TRIES_MAX || !token_table_at(u->kernel, at, t) ||
	    ++u->tables_tried > TRIES_MAX || t->token_table < BEFORE_BYTES ||
	    !window_open(u->kernel, t->token_table - BEFORE_BYTES, BEFORE_BYTES, &u->before,
			 &ignored))
		return false;
	found = (find_markers_before(u, t->token_table) || find_markers_behind_seqs(u)) &&
		find_offsets(u);
	window_done(&u->before);
	return found;
}

bool kallsyms_tokens_read(const struct kernel *kernel, kva_t table, kva_t index,
			  struct kallsyms_tokens *tokens, struct dint_error *err)
{
	CLEANUP(kallsyms_tokens_done) struct kallsyms_tokens t = {0};
	uint8_t starts[KALLSYMS_TOKENS * 2] = {0};
	struct cursor c = cursor_over(starts, sizeof(starts));
	size_t last, expected = 0;

	if (!kernel_read(kernel, index, starts, sizeof(starts), err))
		return dint_within(err, "kallsyms_token_index");
	for (unsigned i = 0; i < KALLSYMS_TOKENS; i++)
		t.start[i] = cursor_u16(&c);
	last = t.start[KALLSYMS_TOKENS - 1];
	if (last > KALLSYMS_TOKEN_BYTES_MAX - KALLSYMS_NAME_BYTES)
		return dint_fail(err, DINT_CORRUPT, "kallsyms_token_index: %zu bytes of tokens",
				 last);
	/* one more than is read, for the last token's NUL */
	t.text = xcalloc(last + KALLSYMS_NAME_BYTES + 1, 1);
	if (!kernel_read(kernel, table, t.text, last + KALLSYMS_NAME_BYTES, err))
		return dint_within(err, "kallsyms_token_table");
	for (unsigned i = 0; i < KALLSYMS_TOKENS; i++) {
		if (t.start[i] != expected)
			return dint_fail(
				err, DINT_CORRUPT,
				"kallsyms_token_index: token %u is at %u, its string at %zu", i,
				t.start[i], expected);
		t.length[i] = (uint16_t)strlen(t.text + expected);
		expected += t.length[i] + 1u;
	}
	*tokens = TAKE(t);
	return true;
}

void kallsyms_tokens_done(struct kallsyms_tokens *tokens)
{
	free(tokens->text);
	tokens->text = NULL;
}

bool kallsyms_tables_find(const struct kernel *kernel, struct kallsyms_tables *tables,
			  struct dint_error *err)
{
	static const char digits[] = "0\0001\0002\0003\0004\0005\0006\0007\0008\0009";
	struct kallsyms_tables t = {0};
	struct unnamed unnamed = {.kernel = kernel, .tables = &t};
	bool named = false;

	if (!take_named(kernel, &t, &named, err))
		return false;
	if (!named && !image_search(kernel, digits, sizeof(digits), judge_digits, &unnamed, err))
		return dint_within(err, "kallsyms_token_table");
	find_seqs(kernel, &t);
	*tables = t;
	return true;
}
