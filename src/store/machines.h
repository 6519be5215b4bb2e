/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of a machine between two starts: its instance id, and how it last ran. */
#pragma once
#include <stdint.h>

#include "store/store.h"

#define MACHINE_RUN_STATE 24 /* QEMU's longest word is "finish-migrate" */

#define INSTANCE_ID 20 /* "i-", 17 hex digits, NUL */

/* The machine's instance id: the one that the configuration gives (wanted), else the one kept, else
 * a new one, which is kept. Durable when it returns; for start-up, as it waits for the commit.
 * DINT_CONFLICT when another machine has the wanted id. */
bool machine_instance_id(struct store *store, const char *machine, const char *wanted,
			 char id[INSTANCE_ID], struct dint_error *err);

/* How a machine was when it was last seen; times are wall clock, 0: never. */
struct machine_kept {
	char run_state[MACHINE_RUN_STATE]; /* the hypervisor's word; "": never known */
	uint64_t run_since_us;
	uint64_t booted_us; /* its last reset or start */
};

/* All zero for a machine that was never seen. */
bool machine_kept_find(struct store *store, const char *machine, struct machine_kept *kept,
		       struct dint_error *err);
/* In a job; the machine has its instance id. */
bool machine_kept_put(struct store_writer *writer, const char *machine,
		      const struct machine_kept *kept, struct dint_error *err);
