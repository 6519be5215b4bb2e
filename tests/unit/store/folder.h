/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A state directory of a test's own, and rows to put in it. */
#pragma once
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "store/incidents.h"
#include "store/store.h"

#define FOLDER_BYTES 64

/* Made under /tmp; state_dir is a folder in it that the store has still to make. */
static inline void folder_make(char folder[FOLDER_BYTES], char state_dir[FOLDER_BYTES])
{
	strcpy(folder, "/tmp/dint-store-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(state_dir, FOLDER_BYTES, "%s/state", folder);
}

static inline void folder_remove(const char *folder)
{
	char command[FOLDER_BYTES + 16];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	assert_int_equal(system(command), 0);
}

static inline void folder_path(const char *state_dir, const char *name, char path[256])
{
	snprintf(path, 256, "%s/%s", state_dir, name);
}

/* Points at literals: not for incident_row_done. */
static inline struct incident_row folder_incident(const char *id, const char *machine)
{
	struct incident_row row = {
		.machine = (char *)(uintptr_t)machine,
		.instance_id = (char *)(uintptr_t) "i-0123456789abcdef0",
		.state = (char *)(uintptr_t) "requested",
		.intended = (char *)(uintptr_t) "prepare",
		.opened_us = 1000,
		.changed_us = 1000,
	};

	snprintf(row.id, sizeof(row.id), "%s", id);
	return row;
}
