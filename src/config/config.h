/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration file: [dintd] and [machine NAME], key = value, comments on lines of their own.
 * An unknown or repeated key is an error that names its line.
 *
 * To add a key: a member here, a row in config/keys.c; help and manual come from the row.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define CONFIG_FILE_BYTES   (1u << 20)
#define CONFIG_MACHINES_MAX 10000
#define CONFIG_LINE_BYTES   4096u /* longer than any path */

struct config_machine {
	char *name;
	char *id; /* instance id; NULL: made and kept */
	char *driver;
	char *address; /* a UNIX socket's path, or HOST:PORT */
	char *console; /* path or HOST:PORT; NULL: none */
	char *channel; /* the host end of org.dint.guest.0; NULL: none */
	char *start;   /* NULL: none */
	uint64_t panic_deadline_ms;
	uint64_t capture_deadline_ms;
	uint64_t handover_deadline_ms;
	uint64_t power_deadline_ms;
	unsigned line; /* where its section begins */
};

struct config {
	char *state_dir;
	char *socket;
	char *listen, *region, *account, *certificate, *key, *master_key; /* NULL where absent */
	bool throttle;
	struct config_machine *machines;
	size_t machine_count;
};

/* Every text is set or NULL as above; defaults are filled in. Errors read "FILE:LINE: …". */
bool config_read(const char *path, struct config *config, struct dint_error *err);
/* The same from memory; name stands for the file in messages. */
bool config_parse(const char *name, const char *text, size_t size_bytes, struct config *config,
		  struct dint_error *err);
void config_done(struct config *config);
