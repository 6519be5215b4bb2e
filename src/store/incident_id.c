/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inc-01h2xcejqtf2nbrexx3vqjhp41: as a ULID, 48 bits of milliseconds and 80 random ones, most
 * significant first, five bits a character (26 × 5 = 130, so the first character is at most 7).
 */
#include <string.h>

#include "store/incidents.h"
#include "store/random_internal.h"

#define TIME_CHARS   10
#define RANDOM_CHARS 16
#define RANDOM_BYTES 10
#define PREFIX	     "inc-"

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

static void encode(uint64_t value, unsigned chars, char *to)
{
	for (unsigned i = 0; i < chars; i++, value >>= 5)
		to[chars - 1 - i] = alphabet[value & 31];
}

static uint64_t forty_bits(const uint8_t bytes[5])
{
	uint64_t value = 0;

	for (unsigned i = 0; i < 5; i++)
		value = value << 8 | bytes[i];
	return value;
}

void incident_id_new(uint64_t wall_us, char id[INCIDENT_ID])
{
	uint8_t bits[RANDOM_BYTES];
	char *to = id + strlen(PREFIX);

	random_fill(bits, sizeof(bits));
	memcpy(id, PREFIX, sizeof(PREFIX));
	encode(wall_us / 1000 & ((UINT64_C(1) << 48) - 1), TIME_CHARS, to);
	encode(forty_bits(bits), RANDOM_CHARS / 2, to + TIME_CHARS);
	encode(forty_bits(bits + 5), RANDOM_CHARS / 2, to + TIME_CHARS + RANDOM_CHARS / 2);
	id[INCIDENT_ID - 1] = '\0';
}
