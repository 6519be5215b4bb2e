/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How pages are packed.
 *
 * To add a compression: write dump/codec_<name>.c, ending in one `const struct codec`, and list it
 * in dump/codecs.c in place of the row that only names it.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct codec {
	uint32_t flag; /* in a kdump file's header and page descriptors */
	const char *name;
	/* What one thread needs to unpack; NULL: out of memory. */
	void *(*start)(void);
	void (*stop)(void *state);
	/* Unpacks exactly out_n bytes. */
	bool (*unpack)(void *state, const uint8_t *in, size_t n, uint8_t *out, size_t out_n);
};

#define CODECS 4 /* rows of the table, each with a state of its own in every unpacker */

/* What unpacks for one thread at a time; states are made when first needed. Zeroed to start. */
struct unpacker {
	void *states[CODECS];
};

void unpacker_done(struct unpacker *unpacker);
/* Unpacks a page of exactly out_n bytes. DINT_UNSUPPORTED names a codec that we do not have,
 * DINT_CORRUPT is a page that does not unpack. */
bool unpacker_run(struct unpacker *unpacker, uint32_t flag, const uint8_t *in, size_t n,
		  uint8_t *out, size_t out_n, struct dint_error *err);

/* The codec's name by its flag, NULL for one that is unknown; *readable: we can unpack it. */
const char *codec_name(uint32_t flag, bool *readable);

extern const struct codec codec_zlib;
