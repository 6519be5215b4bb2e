/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command that makes the dump: a child whose stdout is a pipe to us, in a process group of its
 * own. The kernel's OOM killer takes it before it takes us. */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

#include "guest/guest.h"

struct guest_command {
	pid_t pid; /* 0: none runs */
	int fd;	   /* its output, non-blocking; -1 when that has ended */
	bool ended;
	int status; /* as waitpid has it, once ended */
	char name[64];
};

bool guest_command_start(struct guest_command *command, const struct guest_options *options,
			 char *const *argv, struct dint_error *err);
/* Bytes that it wrote; 0: none now; -1: no more will come. */
ssize_t guest_command_read(struct guest_command *command, void *to, size_t size);
/* Whether it is over, output and all. It may close its output first: ask again. */
bool guest_command_ended(struct guest_command *command);
/* It ended, and with exit status 0. */
bool guest_command_worked(const struct guest_command *command);
/* "makedumpfile: exit status 1"; of one that has ended. */
void guest_command_words(const struct guest_command *command, char words[GUEST_WORDS]);
/* Kills what still runs; also for one that was never started. */
void guest_command_done(struct guest_command *command);
