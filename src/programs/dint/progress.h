/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far a long work is, on stderr: one line redrawn on a terminal, else a line every 5 s. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	const char *what; /* borrowed: "writing dump.202601020304" */
	uint64_t started_us, shown_us;
	bool drawn; /* an unfinished line stands on the terminal */
};

void progress_init(struct progress *progress, const char *what);
/* total 0: not known. */
void progress_show(struct progress *progress, uint64_t done_bytes, uint64_t total_bytes);
/* Takes the redrawn line away. */
void progress_clear(struct progress *progress);

#define PROGRESS_TEXT 96
/* "34.0 MiB of 75.4 MiB, 12.3 MiB/s, 4 s to go" */
void progress_text(uint64_t done_bytes, uint64_t total_bytes, uint64_t elapsed_us,
		   char text[PROGRESS_TEXT]);
