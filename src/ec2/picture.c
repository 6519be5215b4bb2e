/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 *	P6 white width white height white 255 one-white  then red, green, blue of each pixel
 */
#include "ec2/picture.h"

#include <turbojpeg.h>

#include "base/cleanup.h"
#include "base/cursor.h"

static bool is_white(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void skip_white(struct cursor *c)
{
	while (cursor_left(c) && is_white(c->bytes[c->at]))
		cursor_skip(c, 1);
}

/* Steps over the digits; 0 where there are none or too many. */
static unsigned take_number(struct cursor *c)
{
	unsigned n = 0;

	skip_white(c);
	while (cursor_left(c) && c->bytes[c->at] >= '0' && c->bytes[c->at] <= '9') {
		n = n * 10 + (cursor_u8(c) - '0');
		if (n > PICTURE_SIDE_MAX)
			return 0;
	}
	return n;
}

struct pixels {
	const uint8_t *bytes;
	int width, height;
};

static bool read_ppm(const void *ppm, size_t size, struct pixels *pixels, struct dint_error *err)
{
	struct cursor c = cursor_over(ppm, size);
	bool is_p6 = cursor_u8(&c) == 'P' && cursor_u8(&c) == '6';
	unsigned width = take_number(&c), height = take_number(&c), most = take_number(&c);
	bool ends = is_white(cursor_u8(&c));

	if (!cursor_ok(&c) || !is_p6 || most != 255 || !ends)
		return dint_fail(err, DINT_CORRUPT, "the screen is not in the form of a PPM");
	if (!width || !height)
		return dint_fail(err, DINT_CORRUPT, "the screen has no size below %d by %d",
				 PICTURE_SIDE_MAX, PICTURE_SIDE_MAX);
	*pixels = (struct pixels){
		.bytes = cursor_bytes(&c, (size_t)width * height * 3),
		.width = (int)width,
		.height = (int)height,
	};
	if (!pixels->bytes)
		return dint_fail(err, DINT_CORRUPT,
				 "the screen is cut short: %u by %u pixels need "
				 "more than %zu bytes",
				 width, height, size);
	return true;
}

static void compressor_done(tjhandle *handle)
{
	if (*handle)
		tjDestroy(*handle);
}

static void tj_free(unsigned char **bytes)
{
	tjFree(*bytes);
}

bool picture_to_jpeg(const void *ppm, size_t size, struct buffer *jpeg, struct dint_error *err)
{
	CLEANUP(compressor_done) tjhandle handle = NULL;
	CLEANUP(tj_free) unsigned char *bytes = NULL;
	unsigned long n = 0;
	struct pixels p;

	if (!read_ppm(ppm, size, &p, err))
		return false;
	handle = tjInitCompress();
	if (!handle || tjCompress2(handle, p.bytes, p.width, 0, p.height, TJPF_RGB, &bytes, &n,
				   TJSAMP_444, PICTURE_QUALITY, TJFLAG_FASTDCT) < 0)
		return dint_fail(err, DINT_SYSTEM, "the screen could not be compressed: %s",
				 tjGetErrorStr2(handle));
	buffer_add(jpeg, bytes, n);
	return true;
}
