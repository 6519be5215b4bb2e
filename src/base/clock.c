/* SPDX-License-Identifier: MIT */
/* The two clocks of the system, and a moment as text. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static uint64_t now_us(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static uint64_t system_monotonic_us(const struct clock *clock)
{
	(void)clock;
	return now_us(CLOCK_MONOTONIC);
}

static uint64_t system_wall_us(const struct clock *clock)
{
	(void)clock;
	return now_us(CLOCK_REALTIME);
}

const struct clock system_clock = {
	.monotonic_us = system_monotonic_us,
	.wall_us = system_wall_us,
};

void clock_text(uint64_t wall_us, char text[CLOCK_TEXT])
{
	time_t seconds = wall_us / 1000000;
	struct tm parts = {0};
	char date[21] = "?";

	if (gmtime_r(&seconds, &parts))
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text, CLOCK_TEXT, "%.19s.%06uZ", date, (unsigned)(wall_us % 1000000));
}
