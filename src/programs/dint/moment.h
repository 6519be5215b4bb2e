/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times as dintd writes them, and the seconds between them. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* ISO 8601 in UTC ("2026-01-02T03:04:05.678901Z", the fraction may be missing) to microseconds
 * since 1970; false for anything else. */
bool moment_parse(const char *text, uint64_t *wall_us);

#define MOMENT_SECONDS 24
/* "0.4 s", "75 s", "12 min 05 s". */
void moment_seconds(uint64_t duration_us, char text[MOMENT_SECONDS]);
