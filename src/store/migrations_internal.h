/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables' history: step n takes a database from version n to n + 1, forward only. */
#pragma once
#include "store/connection_internal.h"

/* "dint": file(1) and we know the file by it. */
#define MIGRATIONS_APPLICATION_ID 0x64696e74

struct migrations {
	const char *const *steps; /* SQL, in order */
	unsigned count;
};

/* Those of this program. */
extern const struct migrations migrations;

/* Brings the database at path to the last version, each step in a transaction of its own. One that
 * holds anything is first copied to PATH.v<version>.backup. Refuses another program's database
 * (DINT_CORRUPT) and one that a newer dintd has migrated (DINT_UNSUPPORTED). */
bool migrations_run(const struct migrations *list, struct connection *connection, const char *path,
		    struct dint_error *err);
