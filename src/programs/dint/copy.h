/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A new file that is there whole or not at all, and a stored dump's bytes into it. */
#pragma once
#include <signal.h>
#include <stdbool.h>

#include "base/error.h"
#include "programs/dint/source.h"

struct copy {
	const char *path; /* where it shall be, borrowed; NULL: stdout */
	char *partial;	  /* where it grows; NULL: straight into fd */
	bool force;	  /* replaces what is there */
	int fd;
	sigset_t signals; /* the mask to go back to, while partial */
};

/* path "-" is stdout. Refuses a file that exists (DINT_CONFLICT) unless force, and to write to a
 * terminal. A pipe or a device is written as it is. */
bool copy_open(const char *path, bool force, struct copy *copy, struct dint_error *err);
/* Gives the file its name, durably. */
bool copy_publish(struct copy *copy, struct dint_error *err);
/* Leaves nothing behind of a copy that was not published. A signal that ends the program waits for
 * this as long as there is something to leave behind; long work asks whether one is waiting. */
void copy_done(struct copy *copy);
bool copy_is_interrupted(const struct copy *copy);

/* The source's bytes as they are, held against its SHA-256, with progress on stderr. */
bool copy_bytes(const struct source *source, struct copy *copy, struct dint_error *err);
