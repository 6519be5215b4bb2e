/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strings kept by number, each once, at one place for good. Not for several threads by itself. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct intern_slot {
	uint64_t key_and_one; /* 0: free */
	const char *text;
};

struct intern {
	struct intern_slot *slots;
	size_t n_slots, used; /* the first a power of two */
	char **blocks;
	size_t n_blocks, room; /* bytes left in the last block */
};

void intern_done(struct intern *intern);
/* NULL: nothing is kept under that number. */
const char *intern_find(const struct intern *intern, uint64_t key);
/* Keeps n bytes and a NUL; what is already there stays and is given back. */
const char *intern_keep(struct intern *intern, uint64_t key, const char *text, size_t n);
