/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of conditions that are not plain texts: numbers, moments, networks. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Decimal: -12, 3.5, 1e3 is none. */
bool value_number(const char *text, double *value);

/* Seconds since 1970, or ISO 8601: 2026-01-02, 2026-01-02T03:04:05Z, with a fraction, with +01:00.
 */
bool value_moment(const char *text, int64_t *micros);

struct network {
	uint8_t address[16]; /* IPv4 as ::ffff:a.b.c.d */
	unsigned bits;	     /* of the 128 */
};

/* 192.0.2.0/24, 2001:db8::/32, or an address alone. */
bool value_network(const char *text, struct network *network);
bool value_network_holds(const struct network *network, const struct network *address);

/* "true", "false", whatever their case. */
bool value_bool(const char *text, bool *value);
