/* SPDX-License-Identifier: MIT */
/*
 * Time. Durations and deadlines use the monotonic clock, records the wall clock. Code that decides
 * takes a struct clock, so that a test can own the time.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct clock {
	uint64_t (*monotonic_us)(const struct clock *clock);
	uint64_t (*wall_us)(const struct clock *clock); /* since 1970, UTC */
	void *own;					/* the test's */
};

extern const struct clock system_clock;

#define CLOCK_TEXT 28 /* 2026-01-02T03:04:05.678901Z and the NUL */

/* ISO 8601 in UTC with microseconds. */
void clock_text(uint64_t wall_us, char text[CLOCK_TEXT]);
