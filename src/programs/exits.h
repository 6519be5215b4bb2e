/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the command's exit status means. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct exit_meaning {
	int status;
	const char *summary;
};

/* For the manual, ascending; a summary of NULL ends it. */
extern const struct exit_meaning exits[];

enum { EXIT_USAGE = 2, EXIT_DATA = 4, EXIT_NOT_ANALYSED = 6 };

/* The status of a failure, by whether the verb is about a dump or about a machine. */
int exit_status(enum dint_code code, bool about_dump);
