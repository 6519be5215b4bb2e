/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of compressions. */
#include "dump/codecs.h"

#include <string.h>

#include "base/units.h"

const struct codec *const codecs[CODECS] = {
	&codec_zlib,
	&codec_lzo,
	&codec_snappy,
	&codec_zstd,
};

void codecs_load(struct codec_libraries *libraries, uint32_t flags)
{
	struct dint_error ignored;

	for (size_t i = 0; i < CODECS; i++)
		if (codecs[i]->library.file && flags & codecs[i]->flag)
			library_load(&codecs[i]->library, &libraries->rows[i], &ignored);
}

void codecs_unload(struct codec_libraries *libraries)
{
	for (size_t i = 0; i < CODECS; i++)
		library_unload(&libraries->rows[i]);
}

void unpacker_done(struct unpacker *unpacker)
{
	for (size_t i = 0; i < CODECS; i++)
		if (unpacker->states[i])
			codecs[i]->stop(&unpacker->libraries->rows[i], unpacker->states[i]);
	memset(unpacker, 0, sizeof(*unpacker));
}

const struct codec *codec_by_flag(uint32_t flag)
{
	for (size_t i = 0; i < CODECS; i++)
		if (codecs[i]->flag == flag)
			return codecs[i];
	return NULL;
}

static bool run_codec(struct unpacker *unpacker, size_t row, const uint8_t *in, size_t n,
		      uint8_t *out, size_t out_n, struct dint_error *err)
{
	const struct codec *codec = codecs[row];
	const struct library *library = &unpacker->libraries->rows[row];

	if (codec->library.file && !library->handle)
		return dint_fail(err, DINT_UNSUPPORTED,
				 "packed with %s: %s was not loaded (package %s)", codec->name,
				 codec->library.file, codec->library.package);
	if (!unpacker->states[row])
		unpacker->states[row] = codec->start(library);
	if (!unpacker->states[row])
		return dint_fail(err, DINT_SYSTEM, "%s: out of memory", codec->name);
	if (!codec->unpack(library, unpacker->states[row], in, n, out, out_n))
		return dint_fail(err, DINT_CORRUPT, "%zu bytes of %s do not unpack to %zu", n,
				 codec->name, out_n);
	return true;
}

bool unpacker_run(struct unpacker *unpacker, uint32_t flag, const uint8_t *in, size_t n,
		  uint8_t *out, size_t out_n, struct dint_error *err)
{
	for (size_t i = 0; i < CODECS; i++)
		if (codecs[i]->flag == flag)
			return run_codec(unpacker, i, in, n, out, out_n, err);
	return dint_fail(err, DINT_CORRUPT, "packed with 0x%x, which is no known compression",
			 flag);
}
