/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Zstandard, one frame a page, by libzstd (zstd.h). */
#include "dump/codecs.h"

enum { CREATE, FREE, DECOMPRESS };

typedef void *zstd_create(void);
typedef size_t zstd_free(void *context);
typedef size_t zstd_decompress(void *context, void *out, size_t out_n, const void *in, size_t n);

static void *zstd_start(const struct library *library)
{
	return ((zstd_create *)library->symbols[CREATE])();
}

static void zstd_stop(const struct library *library, void *state)
{
	((zstd_free *)library->symbols[FREE])(state);
}

/* An error is a size close to SIZE_MAX. */
static bool zstd_unpack(const struct library *library, void *state, const uint8_t *in, size_t n,
			uint8_t *out, size_t out_n)
{
	zstd_decompress *decompress = (zstd_decompress *)library->symbols[DECOMPRESS];

	return decompress(state, out, out_n, in, n) == out_n;
}

const struct codec codec_zstd = {
	.flag = 0x20,
	.name = "zstd",
	.library = {"libzstd.so.1",
		    "libzstd1",
		    {"ZSTD_createDCtx", "ZSTD_freeDCtx", "ZSTD_decompressDCtx"}},
	.start = zstd_start,
	.stop = zstd_stop,
	.unpack = zstd_unpack,
};
