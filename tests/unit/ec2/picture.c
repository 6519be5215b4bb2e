/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include <turbojpeg.h>

#include "base/cleanup.h"
#include "base/units.h"
#include "ec2/picture.h"

static const struct {
	const char *name, *ppm;
	size_t n; /* 0: the text's own length */
	const char *refusal;
} cases[] = {
	{"nothing", "", 0, "not in the form of a PPM"},
	{"a PNG", "\x89PNG\r\n\x1a\n", 0, "not in the form of a PPM"},
	{"a grey one", "P5\n1 1\n255\nabc", 0, "not in the form of a PPM"},
	{"cut in its head", "P6\n1 1", 0, "not in the form of a PPM"},
	{"16 bits a colour", "P6\n1 1\n65535\nabcdef", 0, "not in the form of a PPM"},
	{"negative", "P6\n-1 1\n255\nabc", 0, "not in the form of a PPM"},
	{"no pixels", "P6\n0 1\n255\nabc", 0, "has no size below 8192 by 8192"},
	{"wider than a screen", "P6\n8193 1\n255\nabc", 0, "has no size below"},
	{"a width that wraps", "P6\n4294967297 1\n255\nabc", 0, "not in the form"},
	{"cut in its pixels", "P6\n2 1\n255\nabc", 0,
	 "cut short: 2 by 1 pixels need more than 14 bytes"},
};

static void strangers_pictures(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(buffer_done) struct buffer jpeg = {0};
		struct dint_error err;

		print_message("%s\n", cases[i].name);
		assert_refused(picture_to_jpeg(cases[i].ppm, strlen(cases[i].ppm), &jpeg, &err),
			       &err, DINT_CORRUPT, cases[i].refusal);
	}
}

/* Left half red, right half blue, and so it is when it is read again. */
static void a_screen_is_seen_again(void **state)
{
	CLEANUP(buffer_done) struct buffer ppm = {0}, jpeg = {0};
	uint8_t pixels[16 * 64 * 3];
	struct dint_error err;
	int width, height, sampling, colours;
	tjhandle handle = tjInitDecompress();

	(void)state;
	buffer_add_text(&ppm, "P6\n64 16\n255\n");
	for (unsigned i = 0; i < 64 * 16; i++)
		buffer_add(&ppm, i % 64 < 32 ? "\xff\0\0" : "\0\0\xff", 3);
	assert_works(picture_to_jpeg(ppm.bytes, ppm.size, &jpeg, &err), &err);
	assert_int_equal(tjDecompressHeader3(handle, jpeg.bytes, jpeg.size, &width, &height,
					     &sampling, &colours),
			 0);
	assert_int_equal(width, 64);
	assert_int_equal(height, 16);
	assert_int_equal(
		tjDecompress2(handle, jpeg.bytes, jpeg.size, pixels, 64, 0, 16, TJPF_RGB, 0), 0);
	assert_true(pixels[0] > 240 && pixels[2] < 16);
	assert_true(pixels[63 * 3] < 16 && pixels[63 * 3 + 2] > 240);
	tjDestroy(handle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strangers_pictures),
		cmocka_unit_test(a_screen_is_seen_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
