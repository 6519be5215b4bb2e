/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of a machine between two starts: its instance id. */
#pragma once
#include "store/store.h"

#define INSTANCE_ID 20 /* "i-", 17 hex digits, NUL */

/* The machine's instance id: the one that the configuration gives (wanted), else the one kept, else
 * a new one, which is kept. Durable when it returns; for start-up, as it waits for the commit.
 * DINT_CONFLICT when another machine has the wanted id. */
bool machine_instance_id(struct store *store, const char *machine, const char *wanted,
			 char id[INSTANCE_ID], struct dint_error *err);
