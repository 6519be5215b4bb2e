/* SPDX-License-Identifier: GPL-2.0-or-later */
/* 2026-01-02T03:04:05.678901Z */
#include "programs/dint/moment.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* ".678901Z" or "Z" to microseconds. */
static bool parse_fraction(const char *text, uint64_t *us)
{
	uint64_t unit = 100000;

	*us = 0;
	if (*text == '.')
		for (text++; *text >= '0' && *text <= '9'; text++, unit /= 10)
			*us += (uint64_t)(*text - '0') * unit;
	return !strcmp(text, "Z");
}

bool moment_parse(const char *text, uint64_t *wall_us)
{
	struct tm parts = {0};
	uint64_t fraction_us;
	const char *rest;
	time_t seconds;

	if (!text || !(rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &parts)) ||
	    !parse_fraction(rest, &fraction_us))
		return false;
	seconds = timegm(&parts);
	if (seconds < 0)
		return false;
	*wall_us = (uint64_t)seconds * 1000000 + fraction_us;
	return true;
}

void moment_seconds(uint64_t duration_us, char text[MOMENT_SECONDS])
{
	uint64_t seconds = duration_us / 1000000;

	if (seconds < 10)
		snprintf(text, MOMENT_SECONDS, "%" PRIu64 ".%u s", seconds,
			 (unsigned)(duration_us / 100000 % 10));
	else if (seconds < 120)
		snprintf(text, MOMENT_SECONDS, "%" PRIu64 " s", seconds);
	else
		snprintf(text, MOMENT_SECONDS, "%" PRIu64 " min %02u s", seconds / 60,
			 (unsigned)(seconds % 60));
}
