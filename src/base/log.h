/* SPDX-License-Identifier: MIT */
/*
 * The log: lines on stderr, with the prefix <N> that journald takes for a priority. Programs,
 * incident/, ec2/ and api/ log; everything else returns errors.
 *
 * error: someone must act; warning: we carry on, and say so; info: an incident moved; debug: the
 * rest.
 */
#pragma once
#include "base/error.h"

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

/* What is above the level is left out. */
void log_set_level(enum log_level most);
/* One line; what comes from strangers belongs in quotes, control characters are escaped here. */
void log_line(enum log_level level, const char *fmt, ...) PRINTF(2, 3);

#define log_error(...)	 log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...)	 log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)	 log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)
