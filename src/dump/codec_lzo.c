/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LZO1X, by liblzo2's safe decoder (lzo/lzo1x.h): the others trust their input. */
#include "dump/codecs.h"

typedef int lzo_decompress(const unsigned char *in, size_t n, unsigned char *out, size_t *out_n,
			   void *unused);

/* The decoder keeps nothing: its state is any place that is not NULL. */
static void *lzo_start(const struct library *library)
{
	return library->symbols[0];
}

static void lzo_stop(const struct library *library, void *state)
{
	(void)library;
	(void)state;
}

static bool lzo_unpack(const struct library *library, void *state, const uint8_t *in, size_t n,
		       uint8_t *out, size_t out_n)
{
	lzo_decompress *decompress = (lzo_decompress *)library->symbols[0];
	size_t written = out_n;

	(void)state;
	return decompress(in, n, out, &written, NULL) == 0 && written == out_n;
}

const struct codec codec_lzo = {
	.flag = 0x2,
	.name = "lzo",
	.library = {"liblzo2.so.2", "liblzo2-2", {"lzo1x_decompress_safe"}},
	.start = lzo_start,
	.stop = lzo_stop,
	.unpack = lzo_unpack,
};
