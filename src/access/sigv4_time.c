/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times of signatures: 20150830T123600Z; and those of the Date header, for who signs that. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "access/sigv4_internal.h"
#include "base/units.h"

void sigv4_time_text(uint64_t time_s, char text[SIGV4_TIME])
{
	time_t seconds = (time_t)time_s;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(text, SIGV4_TIME, "%Y%m%dT%H%M%SZ", &tm);
}

/* '0' in the pattern is a digit; everything else is itself. */
static bool has_form(const char *text, const char *pattern)
{
	for (; *pattern; pattern++, text++)
		if (*pattern == '0' ? !isdigit((unsigned char)*text) : *text != *pattern)
			return false;
	return !*text;
}

static int digits(const char *text, unsigned n)
{
	int value = 0;

	for (unsigned i = 0; i < n; i++)
		value = value * 10 + (text[i] - '0');
	return value;
}

static bool to_seconds(const struct tm *wanted, uint64_t *time_s)
{
	struct tm tm = *wanted;
	time_t seconds = timegm(&tm);

	/* timegm makes March of the 31st of February: not so here */
	if (seconds < 0 || tm.tm_mday != wanted->tm_mday || tm.tm_mon != wanted->tm_mon ||
	    tm.tm_hour != wanted->tm_hour || tm.tm_min != wanted->tm_min ||
	    tm.tm_sec != wanted->tm_sec)
		return false;
	*time_s = (uint64_t)seconds;
	return true;
}

static bool read_compact(const char *text, uint64_t *time_s)
{
	struct tm tm = {0};

	if (!has_form(text, "00000000T000000Z"))
		return false;
	tm.tm_year = digits(text, 4) - 1900;
	tm.tm_mon = digits(text + 4, 2) - 1;
	tm.tm_mday = digits(text + 6, 2);
	tm.tm_hour = digits(text + 9, 2);
	tm.tm_min = digits(text + 11, 2);
	tm.tm_sec = digits(text + 13, 2);
	return to_seconds(&tm, time_s);
}

/* "Sun, 30 Aug 2015 12:36:00 GMT" (RFC 9110, IMF-fixdate), or with -0000 as botocore has it; the
 * day's name is not looked at. */
static bool read_http_date(const char *text, uint64_t *time_s)
{
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct tm tm = {.tm_mon = -1};

	if (strlen(text) < 29 || text[3] != ',' ||
	    (!has_form(text + 12, "0000 00:00:00 GMT") &&
	     !has_form(text + 12, "0000 00:00:00 -0000")) ||
	    !isdigit((unsigned char)text[5]) || !isdigit((unsigned char)text[6]))
		return false;
	for (unsigned i = 0; i < ARRAY_SIZE(months); i++)
		if (!strncmp(text + 8, months[i], 3))
			tm.tm_mon = (int)i;
	tm.tm_mday = digits(text + 5, 2);
	tm.tm_year = digits(text + 12, 4) - 1900;
	tm.tm_hour = digits(text + 17, 2);
	tm.tm_min = digits(text + 20, 2);
	tm.tm_sec = digits(text + 23, 2);
	return tm.tm_mon >= 0 && to_seconds(&tm, time_s);
}

bool sigv4_time_read(const char *text, uint64_t *time_s)
{
	return read_compact(text, time_s) || read_http_date(text, time_s);
}
