/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Open addressing over strings that lie in blocks. */
#include "kernel/intern.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define BLOCK_BYTES ((size_t)16384)

void intern_done(struct intern *intern)
{
	for (size_t i = 0; i < intern->n_blocks; i++)
		free(intern->blocks[i]);
	free(intern->blocks);
	free(intern->slots);
	memset(intern, 0, sizeof(*intern));
}

static struct intern_slot *slot_of(const struct intern *intern, uint64_t key)
{
	size_t at = (key * 0x9e3779b97f4a7c15) >> 20 & (intern->n_slots - 1);

	while (intern->slots[at].key_and_one && intern->slots[at].key_and_one != key + 1)
		at = (at + 1) & (intern->n_slots - 1);
	return &intern->slots[at];
}

const char *intern_find(const struct intern *intern, uint64_t key)
{
	return intern->n_slots ? slot_of(intern, key)->text : NULL;
}

static void widen(struct intern *intern)
{
	struct intern old = *intern;

	intern->n_slots = old.n_slots ? old.n_slots * 2 : 256;
	intern->slots = xcalloc(intern->n_slots, sizeof(*intern->slots));
	for (size_t i = 0; i < old.n_slots; i++)
		if (old.slots[i].key_and_one)
			*slot_of(intern, old.slots[i].key_and_one - 1) = old.slots[i];
	free(old.slots);
}

/* Room for n bytes that stays where it is. */
static char *take_room(struct intern *intern, size_t n)
{
	size_t bytes = n > BLOCK_BYTES ? n : BLOCK_BYTES;

	if (n > intern->room) {
		intern->blocks = xgrow(intern->blocks, intern->n_blocks, sizeof(*intern->blocks));
		intern->blocks[intern->n_blocks++] = xmalloc(bytes);
		intern->room = bytes;
	}
	intern->room -= n;
	return intern->blocks[intern->n_blocks - 1] + intern->room;
}

const char *intern_keep(struct intern *intern, uint64_t key, const char *text, size_t n)
{
	if (intern->used * 2 >= intern->n_slots)
		widen(intern);

	struct intern_slot *slot = slot_of(intern, key);

	if (!slot->key_and_one) {
		char *kept = take_room(intern, n + 1);

		memcpy(kept, text, n);
		kept[n] = '\0';
		*slot = (struct intern_slot){key + 1, kept};
		intern->used++;
	}
	return slot->text;
}
