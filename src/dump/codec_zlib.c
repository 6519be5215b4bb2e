/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zlib (RFC 1950), by libdeflate. */
#include <libdeflate.h>

#include "dump/codecs.h"

static void *zlib_start(const struct library *library)
{
	(void)library;
	return libdeflate_alloc_decompressor();
}

static void zlib_stop(const struct library *library, void *state)
{
	(void)library;
	libdeflate_free_decompressor(state);
}

/* Without a place for the size, libdeflate fails unless the output is filled exactly. */
static bool zlib_unpack(const struct library *library, void *state, const uint8_t *in, size_t n,
			uint8_t *out, size_t out_n)
{
	(void)library;
	return libdeflate_zlib_decompress(state, in, n, out, out_n, NULL) == LIBDEFLATE_SUCCESS;
}

const struct codec codec_zlib = {
	.flag = 0x1,
	.name = "zlib",
	.start = zlib_start,
	.stop = zlib_stop,
	.unpack = zlib_unpack,
};
