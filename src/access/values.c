/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Read strictly: what is only nearly a value is none. */
#include "access/values_internal.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static size_t count_digits(const char *text)
{
	return strspn(text, "0123456789");
}

bool value_number(const char *text, double *value)
{
	const char *at = text + (*text == '-' || *text == '+');
	size_t whole = count_digits(at), part = 0;

	at += whole;
	if (*at == '.') {
		part = count_digits(++at);
		if (!part)
			return false;
		at += part;
	}
	if (!whole || *at || whole + part > 40)
		return false;
	*value = strtod(text, NULL); /* the C locale: dint sets no other */
	return true;
}

/* n digits, stepped over; false when there are fewer. */
static bool take_digits(const char **at, unsigned n, int *value)
{
	*value = 0;
	for (; n; n--, (*at)++) {
		if (!isdigit((unsigned char)**at))
			return false;
		*value = *value * 10 + (**at - '0');
	}
	return true;
}

static bool take_char(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* .678 to microseconds; further digits do not count. */
static bool take_fraction(const char **at, int64_t *micros)
{
	int64_t unit = 100000;

	*micros = 0;
	if (!take_char(at, '.'))
		return true;
	if (!isdigit((unsigned char)**at))
		return false;
	for (; isdigit((unsigned char)**at); (*at)++, unit /= 10)
		*micros += (**at - '0') * unit;
	return true;
}

/* Z, +01:00, +0100, or nothing: UTC. */
static bool take_zone(const char **at, int *seconds)
{
	int sign = **at == '-' ? -1 : 1, hours, minutes;

	*seconds = 0;
	if (!**at || take_char(at, 'Z'))
		return true;
	if (!take_char(at, '+') && !take_char(at, '-'))
		return false;
	if (!take_digits(at, 2, &hours))
		return false;
	take_char(at, ':');
	if (!take_digits(at, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool take_date(const char **at, struct tm *tm)
{
	if (!take_digits(at, 4, &tm->tm_year) || !take_char(at, '-') ||
	    !take_digits(at, 2, &tm->tm_mon) || !take_char(at, '-') ||
	    !take_digits(at, 2, &tm->tm_mday))
		return false;
	tm->tm_year -= 1900;
	tm->tm_mon--;
	return true;
}

static bool take_clock(const char **at, struct tm *tm, int64_t *micros)
{
	*micros = 0;
	if (!take_digits(at, 2, &tm->tm_hour) || !take_char(at, ':') ||
	    !take_digits(at, 2, &tm->tm_min))
		return false;
	if (!take_char(at, ':'))
		return true;
	return take_digits(at, 2, &tm->tm_sec) && take_fraction(at, micros);
}

static bool read_iso(const char *text, int64_t *micros)
{
	struct tm tm = {0}, made;
	int64_t fraction = 0;
	int zone = 0;
	time_t seconds;

	if (!take_date(&text, &tm))
		return false;
	if (take_char(&text, 'T') &&
	    (!take_clock(&text, &tm, &fraction) || !take_zone(&text, &zone)))
		return false;
	made = tm;
	seconds = timegm(&made);
	/* timegm makes March of the 31st of February: not so here */
	if (*text || made.tm_mday != tm.tm_mday || made.tm_mon != tm.tm_mon ||
	    made.tm_hour != tm.tm_hour || made.tm_min != tm.tm_min || made.tm_sec != tm.tm_sec)
		return false;
	*micros = ((int64_t)seconds - zone) * 1000000 + fraction;
	return true;
}

bool value_moment(const char *text, int64_t *micros)
{
	size_t digits = count_digits(text);

	if (!digits || digits > 12 || text[digits])
		return read_iso(text, micros);
	*micros = strtoll(text, NULL, 10) * 1000000;
	return true;
}

static bool read_bits(const char *text, unsigned most, unsigned *bits)
{
	size_t digits = count_digits(text);

	if (!digits || digits > 3 || text[digits])
		return false;
	*bits = (unsigned)strtoul(text, NULL, 10);
	return *bits <= most;
}

bool value_network(const char *text, struct network *network)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	const char *slash = strchr(text, '/');
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	char address[INET6_ADDRSTRLEN];
	unsigned bits;

	if (n >= sizeof(address))
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	if (inet_pton(AF_INET, address, network->address + 12) == 1) {
		memcpy(network->address, mapped, sizeof(mapped));
		bits = 32;
		if (slash && !read_bits(slash + 1, 32, &bits))
			return false;
		network->bits = 96 + bits;
		return true;
	}
	network->bits = 128;
	if (inet_pton(AF_INET6, address, network->address) != 1)
		return false;
	return !slash || read_bits(slash + 1, 128, &network->bits);
}

bool value_network_holds(const struct network *network, const struct network *address)
{
	unsigned bytes = network->bits / 8, bits = network->bits % 8;
	uint8_t mask = (uint8_t)(0xff00 >> bits);

	if (address->bits != 128 || memcmp(network->address, address->address, bytes) != 0)
		return false;
	return !bits || !((network->address[bytes] ^ address->address[bytes]) & mask);
}

bool value_bool(const char *text, bool *value)
{
	*value = !strcasecmp(text, "true");
	return *value || !strcasecmp(text, "false");
}
