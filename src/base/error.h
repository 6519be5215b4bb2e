/* SPDX-License-Identifier: MIT */
/*
 * One error type: the caller lends it, the callee fills it, nothing is allocated.
 * Meaningful only after a failure; the message reads "outer step: inner step: cause".
 */
#pragma once
#include <stdbool.h>

#define PRINTF(words, first) __attribute__((format(printf, words, first)))

/* What a program may act on; a new code must change what some caller does. */
enum dint_code {
	DINT_OK = 0,
	DINT_BAD_REQUEST, /* the caller asked for something that makes no sense */
	DINT_NOT_FOUND,	  /* no such thing; also a page that a dump does not hold */
	DINT_CORRUPT,	  /* data that breaks its own format */
	DINT_UNSUPPORTED, /* recognised, and not something we can do */
	DINT_LIMIT,	  /* too many or too often */
	DINT_DENIED,	  /* not allowed */
	DINT_UNREACHABLE, /* nobody there, or one who talks garbage */
	DINT_TIMEOUT,	  /* no answer in time */
	DINT_CONFLICT,	  /* not in this state */
	DINT_SYSTEM,	  /* the operating system refused */
	DINT_CODES,
};

struct dint_error {
	enum dint_code code;
	char message[256];
};

void dint_error_set(struct dint_error *err, enum dint_code code, const char *fmt, ...) PRINTF(3, 4);
/* Puts "what: " before the message that is there; what falls off the end is lost. */
void dint_error_prefix(struct dint_error *err, const char *fmt, ...) PRINTF(2, 3);
/* DINT_SYSTEM, or the code that fits errno, with ": strerror(errno)" after the words. */
void dint_error_errno(struct dint_error *err, const char *fmt, ...) PRINTF(2, 3);

/* The code's name in the wire's spelling ("BAD_REQUEST"), never NULL. */
const char *dint_code_name(enum dint_code code);
/* The code that bears this name; DINT_SYSTEM for a name that is none. */
enum dint_code dint_code_from_name(const char *name);

/* One line fails: return dint_fail(...). Macros, so that the compiler sees the false. */
#define dint_fail(err, code, ...) (dint_error_set(err, code, __VA_ARGS__), false)
#define dint_within(err, ...)	  (dint_error_prefix(err, __VA_ARGS__), false)
#define dint_fail_errno(err, ...) (dint_error_errno(err, __VA_ARGS__), false)
