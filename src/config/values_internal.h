/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a value may be. A kind reads the text into its member of struct config or
 * struct config_machine: texts as owned strings, durations as milliseconds, switches as bool.
 *
 * To add a kind: a function and a record in config/values.c, and its name here.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* A UNIX socket's address holds so many bytes (sun_path, without the NUL). */
#define VALUE_SOCKET_BYTES 107
/* Longer than anybody waits for a hung machine; and in microseconds far from any overflow. */
#define VALUE_DURATION_MS_MAX (UINT64_C(7) * 24 * 3600 * 1000)
/* Not more than what a file system's path takes, so that messages and paths built on it fit. */
#define VALUE_PATH_BYTES 1024

struct value_kind {
	const char *what; /* for people: "a duration, as 90s" */
	bool (*read)(const char *text, void *member, struct dint_error *err);
};

extern const struct value_kind value_path;    /* absolute */
extern const struct value_kind value_socket;  /* an absolute path that fits a socket's address */
extern const struct value_kind value_address; /* such a path, or HOST:PORT */
extern const struct value_kind value_driver_address; /* … or what else a driver takes */
extern const struct value_kind value_host_port;
extern const struct value_kind value_command;	  /* an absolute path, and arguments */
extern const struct value_kind value_name;	  /* as machines and drivers are named */
extern const struct value_kind value_account;	  /* 12 digits */
extern const struct value_kind value_instance_id; /* i- and 17 hex digits */
extern const struct value_kind value_duration;
extern const struct value_kind value_switch; /* on, off */

/* Whether text is [A-Za-z0-9][A-Za-z0-9._-]{0,62}. */
bool value_is_name(const char *text);
