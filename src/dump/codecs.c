/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of compressions; those without functions are known by name only. */
#include "dump/codecs.h"

#include <string.h>

#include "base/units.h"

static const struct codec codec_lzo = {.flag = 0x2, .name = "lzo"};
static const struct codec codec_snappy = {.flag = 0x4, .name = "snappy"};
static const struct codec codec_zstd = {.flag = 0x20, .name = "zstd"};

static const struct codec *const codecs[CODECS] = {
	&codec_zlib,
	&codec_lzo,
	&codec_snappy,
	&codec_zstd,
};

void unpacker_done(struct unpacker *unpacker)
{
	for (size_t i = 0; i < CODECS; i++)
		if (unpacker->states[i])
			codecs[i]->stop(unpacker->states[i]);
	memset(unpacker, 0, sizeof(*unpacker));
}

const char *codec_name(uint32_t flag, bool *readable)
{
	for (size_t i = 0; i < CODECS; i++)
		if (codecs[i]->flag == flag) {
			*readable = codecs[i]->unpack != NULL;
			return codecs[i]->name;
		}
	*readable = false;
	return NULL;
}

bool unpacker_run(struct unpacker *unpacker, uint32_t flag, const uint8_t *in, size_t n,
		  uint8_t *out, size_t out_n, struct dint_error *err)
{
	for (size_t i = 0; i < CODECS; i++) {
		if (codecs[i]->flag != flag)
			continue;
		if (!codecs[i]->unpack)
			return dint_fail(err, DINT_UNSUPPORTED,
					 "packed with %s, which this "
					 "version does not read",
					 codecs[i]->name);
		if (!unpacker->states[i])
			unpacker->states[i] = codecs[i]->start();
		if (!unpacker->states[i])
			return dint_fail(err, DINT_SYSTEM, "%s: out of memory", codecs[i]->name);
		if (!codecs[i]->unpack(unpacker->states[i], in, n, out, out_n))
			return dint_fail(err, DINT_CORRUPT, "%zu bytes of %s do not unpack to %zu",
					 n, codecs[i]->name, out_n);
		return true;
	}
	return dint_fail(err, DINT_CORRUPT, "packed with 0x%x, which is no known compression",
			 flag);
}
