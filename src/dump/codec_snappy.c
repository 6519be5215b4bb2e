/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snappy's raw blocks, by libsnappy's C interface (snappy-c.h). */
#include "dump/codecs.h"

enum { LENGTH, UNCOMPRESS };

typedef int snappy_length(const char *in, size_t n, size_t *out_n);
typedef int snappy_uncompress(const char *in, size_t n, char *out, size_t *out_n);

/* The decoder keeps nothing: its state is any place that is not NULL. */
static void *snappy_start(const struct library *library)
{
	return library->symbols[UNCOMPRESS];
}

static void snappy_stop(const struct library *library, void *state)
{
	(void)library;
	(void)state;
}

/* The block says how long it becomes: that must fit before it is unpacked. */
static bool snappy_unpack(const struct library *library, void *state, const uint8_t *in, size_t n,
			  uint8_t *out, size_t out_n)
{
	snappy_length *length = (snappy_length *)library->symbols[LENGTH];
	snappy_uncompress *uncompress = (snappy_uncompress *)library->symbols[UNCOMPRESS];
	size_t said = 0, written = out_n;

	(void)state;
	return length((const char *)in, n, &said) == 0 && said == out_n &&
	       uncompress((const char *)in, n, (char *)out, &written) == 0 && written == out_n;
}

const struct codec codec_snappy = {
	.flag = 0x4,
	.name = "snappy",
	.library = {"libsnappy.so.1",
		    "libsnappy1v5",
		    {"snappy_uncompressed_length", "snappy_uncompress"}},
	.start = snappy_start,
	.stop = snappy_stop,
	.unpack = snappy_unpack,
};
