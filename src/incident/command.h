/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program that somebody configured, run beside the loop: how a machine is started. */
#pragma once
#include <stdbool.h>
#include <systemd/sd-event.h>

#include "base/error.h"

#define COMMAND_WORDS_MAX 64

struct command;

/* err is NULL when it exited with 0. The command is gone after it. */
typedef void command_done_fn(void *arg, const struct dint_error *err);

/* line is an absolute path and its arguments, blanks between; no shell reads it. It runs in a
 * session of its own and may leave children behind. SIGCHLD must be blocked. */
bool command_start(sd_event *loop, const char *line, command_done_fn *done, void *arg,
		   struct command **command, struct dint_error *err);
/* It goes on, and nobody is told. Takes NULL. */
void command_detach(struct command *command);
