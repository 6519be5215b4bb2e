/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How pages are packed.
 *
 * Only zlib is linked; the other libraries are loaded by need, before the sandbox's door closes
 * (tools.h), so that a dump which needs none costs none.
 *
 * To add a compression: write dump/codec_<name>.c, ending in one `const struct codec`, and list it
 * in dump/codecs.c.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/library.h"

struct codec {
	uint32_t flag; /* in a kdump file's header and page descriptors */
	const char *name;
	struct library_name library; /* .file NULL: linked */
	/* What one thread needs to unpack; NULL: out of memory. */
	void *(*start)(const struct library *library);
	void (*stop)(const struct library *library, void *state);
	/* Unpacks exactly out_n bytes. */
	bool (*unpack)(const struct library *library, void *state, const uint8_t *in, size_t n,
		       uint8_t *out, size_t out_n);
};

#define CODECS 4 /* rows of the table, each with a state of its own in every unpacker */

/* The table; flags are single bits. */
extern const struct codec *const codecs[CODECS];

/* Libraries of the table's rows that have one, as far as they were loaded. Zeroed to start. */
struct codec_libraries {
	struct library rows[CODECS];
};

/* Loads what the flags need. A library that cannot be had is no error yet: pages packed so are. */
void codecs_load(struct codec_libraries *libraries, uint32_t flags);
void codecs_unload(struct codec_libraries *libraries);

/* What unpacks for one thread at a time; states are made when first needed. */
struct unpacker {
	const struct codec_libraries *libraries; /* borrowed */
	void *states[CODECS];
};

void unpacker_done(struct unpacker *unpacker);
/* Unpacks a page of exactly out_n bytes. DINT_UNSUPPORTED names a codec whose library is not there,
 * DINT_CORRUPT is a page that does not unpack. */
bool unpacker_run(struct unpacker *unpacker, uint32_t flag, const uint8_t *in, size_t n,
		  uint8_t *out, size_t out_n, struct dint_error *err);

/* The codec by its flag, NULL for one that is unknown. */
const struct codec *codec_by_flag(uint32_t flag);

extern const struct codec codec_zlib, codec_lzo, codec_snappy, codec_zstd;
