/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decoding the kernel's symbol table, an address or a name at a time. */
#include "kernel/kallsyms.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cursor.h"
#include "kernel/kallsyms_internal.h"

bool kallsyms_block(struct kallsyms *k, uint32_t block, struct cursor *c, struct dint_error *err)
{
	uint32_t blocks = kallsyms_markers(k->tables.n);
	const uint8_t *bytes =
		window_at(&k->markers, (uint64_t)block * 4, block + 1 < blocks ? 8 : 4, err);
	struct cursor markers = cursor_over(bytes, bytes ? (block + 1 < blocks ? 8 : 4) : 0);

	if (!bytes)
		return dint_within(err, "kallsyms_markers");
	uint64_t from = cursor_u32(&markers);
	uint64_t to = block + 1 < blocks ? cursor_u32(&markers) : k->names.size;

	if (from > to)
		return dint_fail(err, DINT_CORRUPT, "kallsyms_markers: %" PRIu64 " before %" PRIu64,
				 from, to);
	bytes = window_at(&k->names, from, to - from, err);
	if (!bytes)
		return dint_within(err, "kallsyms_names");
	*c = cursor_over(bytes, to - from);
	return true;
}

bool kallsyms_packed(struct kallsyms *k, uint32_t i, struct kallsyms_entry *entry,
		     struct dint_error *err)
{
	struct cursor c;

	if (!kallsyms_block(k, i / KALLSYMS_BLOCK, &c, err))
		return false;
	for (uint32_t at = 0; at <= i % KALLSYMS_BLOCK; at++)
		if (!kallsyms_entry(&c, k->tables.two_byte_lengths, entry))
			return dint_fail(err, DINT_CORRUPT,
					 "kallsyms_names: symbol %" PRIu32 " is cut short", i);
	return true;
}

size_t kallsyms_unpack(const struct kallsyms *k, const struct kallsyms_entry *entry, char *text)
{
	size_t n = 0;

	for (size_t i = 0; i < entry->n; i++) {
		uint8_t token = entry->tokens[i];
		size_t length = k->tokens.length[token];

		if (length >= KALLSYMS_NAME_BYTES - n)
			return 0;
		memcpy(text + n, k->tokens.text + k->tokens.start[token], length);
		n += length;
	}
	text[n] = '\0';
	return n > 1 ? n : 0;
}

bool kallsyms_name(struct kallsyms *k, uint32_t i, const char **name, char *type,
		   struct dint_error *err)
{
	struct kallsyms_entry entry;
	const char *kept;

	if (i >= k->tables.n)
		return dint_fail(err, DINT_NOT_FOUND, "symbol %" PRIu32 " of %" PRIu32, i,
				 k->tables.n);
	pthread_mutex_lock(&k->lock);
	kept = intern_find(&k->interned, i);
	pthread_mutex_unlock(&k->lock);
	if (!kept) {
		char text[KALLSYMS_NAME_BYTES];
		size_t n;

		if (!kallsyms_packed(k, i, &entry, err))
			return false;
		n = kallsyms_unpack(k, &entry, text);
		if (!n)
			return dint_fail(err, DINT_CORRUPT,
					 "kallsyms_names: symbol %" PRIu32 " has no name", i);
		pthread_mutex_lock(&k->lock);
		kept = intern_keep(&k->interned, i, text, n);
		pthread_mutex_unlock(&k->lock);
	}
	*type = kept[0];
	*name = kept + 1;
	return true;
}

static bool address_in(const struct kallsyms_tables *t, struct window *offsets, uint32_t i,
		       kva_t *address, struct dint_error *err)
{
	size_t width = t->mode == KALLSYMS_ABSOLUTE ? 8 : 4;
	const uint8_t *bytes = window_at(offsets, (uint64_t)i * width, width, err);
	struct cursor c = cursor_over(bytes, bytes ? width : 0);
	int32_t offset;

	if (!bytes)
		return dint_within(err, "kallsyms_offsets");
	if (t->mode == KALLSYMS_ABSOLUTE) {
		*address = cursor_u64(&c);
		return true;
	}
	offset = (int32_t)cursor_u32(&c);
	switch (t->mode) {
	case KALLSYMS_PERCPU:
		*address = offset >= 0 ? (kva_t)offset
				       : t->relative_base - 1 - (kva_t)(int64_t)offset;
		break;
	case KALLSYMS_RELATIVE:
		*address = t->relative_base + (uint32_t)offset;
		break;
	default:
		*address = t->offsets + (kva_t)i * 4 + (kva_t)(int64_t)offset;
	}
	return true;
}

bool kallsyms_address(struct kallsyms *k, uint32_t i, kva_t *address, struct dint_error *err)
{
	if (i >= k->tables.n)
		return dint_fail(err, DINT_NOT_FOUND, "symbol %" PRIu32 " of %" PRIu32, i,
				 k->tables.n);
	return address_in(&k->tables, &k->offsets, i, address, err);
}

/* How many symbols begin at or before an address. */
static bool count_until(struct kallsyms *k, kva_t at, uint32_t *n, struct dint_error *err)
{
	uint32_t low = 0, high = k->tables.n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		kva_t address = 0;

		if (!kallsyms_address(k, middle, &address, err))
			return false;
		if (address <= at)
			low = middle + 1;
		else
			high = middle;
	}
	*n = low;
	return true;
}

bool kallsyms_at(struct kallsyms *k, kva_t at, uint32_t *i, uint64_t *size, struct dint_error *err)
{
	kva_t address = 0, next = 0;
	uint32_t n = 0, first = 0;

	if (!count_until(k, at, &n, err))
		return false;
	if (n == 0)
		return dint_fail(err, DINT_NOT_FOUND, "0x%" PRIx64 ": before the first symbol", at);
	if (!kallsyms_address(k, n - 1, &address, err))
		return false;
	*size = 0;
	if (n < k->tables.n) {
		if (!kallsyms_address(k, n, &next, err))
			return false;
		*size = next - address;
	}
	for (first = n - 1; first > 0; first--)
		if (!kallsyms_address(k, first - 1, &next, err))
			return false;
		else if (next != address)
			break;
	*i = first;
	return true;
}

/* Whether a mode makes addresses that ascend to _stext and call it so. */
static bool mode_fits(struct kallsyms *k, enum kallsyms_mode mode, kva_t stext)
{
	struct dint_error ignored;
	const char *name = NULL;
	kva_t address = 0;
	uint64_t size = 0;
	uint32_t i = 0;
	char type;

	k->tables.mode = mode;
	if (!kallsyms_at(k, stext, &i, &size, &ignored))
		return false;
	/* aliases: _text may be at the same place */
	for (uint32_t last = i + 16; i < last; i++) {
		if (!kallsyms_address(k, i, &address, &ignored) || address != stext)
			return false;
		if (kallsyms_name(k, i, &name, &type, &ignored) && strcmp(name, "_stext") == 0)
			return true;
	}
	return false;
}

static bool find_mode(struct kallsyms *k, struct dint_error *err)
{
	static const enum kallsyms_mode with_base[] = {KALLSYMS_PERCPU, KALLSYMS_RELATIVE};
	kva_t stext = 0;

	if (!vmcoreinfo_symbol(kernel_vmcoreinfo(k->kernel), "_stext", &stext, err))
		return false;
	if (k->tables.mode == KALLSYMS_ABSOLUTE || k->tables.mode == KALLSYMS_PLACE) {
		if (mode_fits(k, k->tables.mode, stext))
			return true;
	} else {
		for (size_t i = 0; i < ARRAY_SIZE(with_base); i++)
			if (mode_fits(k, with_base[i], stext))
				return true;
	}
	return dint_fail(err, DINT_CORRUPT,
			 "kallsyms: the symbol at 0x%" PRIx64 " is not _stext in any mode", stext);
}

static bool open_windows(struct kallsyms *k, struct dint_error *err)
{
	const struct kallsyms_tables *t = &k->tables;
	uint64_t n = t->n, width = t->mode == KALLSYMS_ABSOLUTE ? 8 : 4;

	return window_open(k->kernel, t->names, t->markers - t->names, &k->names, err) &&
	       window_open(k->kernel, t->markers, (uint64_t)kallsyms_markers(t->n) * 4, &k->markers,
			   err) &&
	       window_open(k->kernel, t->offsets, n * width, &k->offsets, err) &&
	       (!t->seqs || window_open(k->kernel, t->seqs, n * 3, &k->seqs, err));
}

bool kallsyms_open(const struct kernel *kernel, struct kallsyms **out, struct dint_error *err)
{
	CLEANUP(kallsyms_close_ptr) struct kallsyms *k = xcalloc(1, sizeof(*k));

	k->kernel = kernel;
	pthread_mutex_init(&k->lock, NULL);
	if (!kallsyms_tables_find(kernel, &k->tables, err) || !open_windows(k, err) ||
	    !kallsyms_tokens_read(kernel, k->tables.token_table, k->tables.token_index, &k->tokens,
				  err) ||
	    !find_mode(k, err)) {
		err->code = DINT_UNSUPPORTED;
		return dint_within(err, "the kernel's symbol table");
	}
	*out = TAKE(k);
	return true;
}

void kallsyms_close(struct kallsyms *k)
{
	if (!k)
		return;
	window_done(&k->names);
	window_done(&k->markers);
	window_done(&k->offsets);
	window_done(&k->seqs);
	kallsyms_tokens_done(&k->tokens);
	kallsyms_hash_free(k->hash);
	intern_done(&k->interned);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

uint32_t kallsyms_count(const struct kallsyms *k)
{
	return k->tables.n;
}

bool kallsyms_has_data(struct kallsyms *k)
{
	struct dint_error ignored;
	uint32_t i = 0;

	return kallsyms_find(k, "init_task", &i, &ignored);
}
