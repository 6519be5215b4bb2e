/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values as people write them, read strictly: what is wrong, and what is allowed. */
#include "config/values_internal.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"

#define NAME_BYTES     63
#define NAME_CHARS     "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
#define DIGITS	       "0123456789"
#define ACCOUNT_DIGITS 12
#define ID_DIGITS      17

static bool keep(const char *text, void *member)
{
	*(char **)member = xstrdup(text);
	return true;
}

static bool check_path(const char *text, size_t most_bytes, struct dint_error *err)
{
	if (*text != '/')
		return dint_fail(err, DINT_BAD_REQUEST,
				 "'%.60s' is not an absolute path (it begins with no '/')", text);
	if (strlen(text) > most_bytes)
		return dint_fail(err, DINT_BAD_REQUEST, "a path of %zu bytes, the most is %zu",
				 strlen(text), most_bytes);
	return true;
}

static bool check_port(const char *text)
{
	uint64_t port;
	struct dint_error why;

	return strspn(text, DIGITS) == strlen(text) && text_number(text, &port, &why) && port &&
	       port <= UINT16_MAX;
}

/* web1:4444, 192.0.2.7:4444, [2001:db8::7]:4444 */
static bool check_host_port(const char *text, struct dint_error *err)
{
	const char *colon = strrchr(text, ':');
	size_t host = colon ? (size_t)(colon - text) : 0;
	bool fits;

	if (*text == '[')
		fits = host > 2 && text[host - 1] == ']' &&
		       strspn(text + 1, "0123456789abcdefABCDEF:.") == host - 2;
	else
		fits = host && host < 256 && strspn(text, NAME_CHARS) == host;
	if (!fits || !check_port(colon + 1))
		return dint_fail(err, DINT_BAD_REQUEST,
				 "'%.60s' is not HOST:PORT (as 127.0.0.1:8470 or [::1]:8470)",
				 text);
	return true;
}

static bool read_path(const char *text, void *member, struct dint_error *err)
{
	return check_path(text, VALUE_PATH_BYTES, err) && keep(text, member);
}

static bool read_socket(const char *text, void *member, struct dint_error *err)
{
	return check_path(text, VALUE_SOCKET_BYTES, err) && keep(text, member);
}

static bool read_host_port(const char *text, void *member, struct dint_error *err)
{
	return check_host_port(text, err) && keep(text, member);
}

static bool read_address(const char *text, void *member, struct dint_error *err)
{
	if (*text == '/')
		return read_socket(text, member, err);
	if (!check_host_port(text, err))
		return dint_fail(err, DINT_BAD_REQUEST,
				 "'%.60s' is neither an absolute path nor HOST:PORT", text);
	return keep(text, member);
}

/* What it means is the driver's: machine_open refuses what it does not take. */
static bool read_driver_address(const char *text, void *member, struct dint_error *err)
{
	if (*text == '/')
		return read_socket(text, member, err);
	if (strlen(text) > VALUE_PATH_BYTES)
		return dint_fail(err, DINT_BAD_REQUEST, "%zu bytes, the most is %d", strlen(text),
				 VALUE_PATH_BYTES);
	return keep(text, member);
}

bool value_is_name(const char *text)
{
	size_t length = strlen(text);

	return length && length <= NAME_BYTES && !strchr("._-", *text) &&
	       strspn(text, NAME_CHARS) == length;
}

static bool read_name(const char *text, void *member, struct dint_error *err)
{
	if (!value_is_name(text))
		return dint_fail(
			err, DINT_BAD_REQUEST,
			"'%.60s' is not a name (letters, digits, '.', '_' and '-', at most %d, "
			"a letter or digit first)",
			text, NAME_BYTES);
	return keep(text, member);
}

static bool read_account(const char *text, void *member, struct dint_error *err)
{
	if (strlen(text) != ACCOUNT_DIGITS || strspn(text, DIGITS) != ACCOUNT_DIGITS)
		return dint_fail(err, DINT_BAD_REQUEST, "'%.60s' is not %d digits", text,
				 ACCOUNT_DIGITS);
	return keep(text, member);
}

static bool read_instance_id(const char *text, void *member, struct dint_error *err)
{
	if (strncmp(text, "i-", 2) != 0 || strlen(text) != 2 + ID_DIGITS ||
	    strspn(text + 2, "0123456789abcdef") != ID_DIGITS)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "'%.60s' is not an instance id (i- and %d of 0-9a-f)", text,
				 ID_DIGITS);
	return keep(text, member);
}

static bool read_duration(const char *text, void *member, struct dint_error *err)
{
	uint64_t ms;

	if (!text_duration(text, &ms, err))
		return false;
	if (!ms || ms > VALUE_DURATION_MS_MAX)
		return dint_fail(err, DINT_BAD_REQUEST, "'%.60s' is not between 1ms and 168h",
				 text);
	*(uint64_t *)member = ms;
	return true;
}

static bool read_switch(const char *text, void *member, struct dint_error *err)
{
	if (strcmp(text, "on") != 0 && strcmp(text, "off") != 0)
		return dint_fail(err, DINT_BAD_REQUEST, "'%.60s' is neither on nor off", text);
	*(bool *)member = !strcmp(text, "on");
	return true;
}

const struct value_kind value_path = {"an absolute path", read_path};
const struct value_kind value_socket = {"a UNIX socket's absolute path", read_socket};
const struct value_kind value_address = {"a UNIX socket's absolute path, or HOST:PORT",
					 read_address};
const struct value_kind value_driver_address = {
	"what its driver takes: a UNIX socket's absolute path, or HOST:PORT", read_driver_address};
const struct value_kind value_host_port = {"HOST:PORT", read_host_port};
const struct value_kind value_command = {"a program's absolute path, and its arguments", read_path};
const struct value_kind value_name = {"a name", read_name};
const struct value_kind value_account = {"12 digits", read_account};
const struct value_kind value_instance_id = {"i- and 17 hex digits", read_instance_id};
const struct value_kind value_duration = {"a duration: 500ms, 90s, 10m, 2h", read_duration};
const struct value_kind value_switch = {"on or off", read_switch};
