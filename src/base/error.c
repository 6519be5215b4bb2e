/* SPDX-License-Identifier: MIT */
/* The error that callers lend: set, prefixed outside-in, never allocated. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const code_names[DINT_CODES] = {
	[DINT_OK] = "OK",
	[DINT_BAD_REQUEST] = "BAD_REQUEST",
	[DINT_NOT_FOUND] = "NOT_FOUND",
	[DINT_CORRUPT] = "CORRUPT",
	[DINT_UNSUPPORTED] = "UNSUPPORTED",
	[DINT_LIMIT] = "LIMIT",
	[DINT_DENIED] = "DENIED",
	[DINT_UNREACHABLE] = "UNREACHABLE",
	[DINT_TIMEOUT] = "TIMEOUT",
	[DINT_CONFLICT] = "CONFLICT",
	[DINT_SYSTEM] = "SYSTEM",
};

void dint_error_set(struct dint_error *err, enum dint_code code, const char *fmt, ...)
{
	va_list args;

	err->code = code;
	va_start(args, fmt);
	vsnprintf(err->message, sizeof(err->message), fmt, args);
	va_end(args);
}

void dint_error_prefix(struct dint_error *err, const char *fmt, ...)
{
	char cause[sizeof(err->message)];
	va_list args;
	int used;

	memcpy(cause, err->message, sizeof(cause));
	va_start(args, fmt);
	used = vsnprintf(err->message, sizeof(err->message), fmt, args);
	va_end(args);
	if (used >= 0 && (size_t)used < sizeof(err->message))
		snprintf(err->message + used, sizeof(err->message) - used, ": %s", cause);
}

static enum dint_code code_of_errno(int number)
{
	switch (number) {
	case ENOENT:
		return DINT_NOT_FOUND;
	case EACCES:
	case EPERM:
		return DINT_DENIED;
	default:
		return DINT_SYSTEM;
	}
}

void dint_error_errno(struct dint_error *err, const char *fmt, ...)
{
	int number = errno;
	va_list args;
	int used;

	err->code = code_of_errno(number);
	va_start(args, fmt);
	used = vsnprintf(err->message, sizeof(err->message), fmt, args);
	va_end(args);
	if (used >= 0 && (size_t)used < sizeof(err->message))
		snprintf(err->message + used, sizeof(err->message) - used, ": %s",
			 strerror(number));
}

const char *dint_code_name(enum dint_code code)
{
	if ((unsigned)code >= DINT_CODES)
		return "SYSTEM";
	return code_names[code];
}

enum dint_code dint_code_from_name(const char *name)
{
	for (unsigned i = 0; i < DINT_CODES; i++)
		if (!strcmp(code_names[i], name))
			return i;
	return DINT_SYSTEM;
}
