/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which dumps lie in the crash directory. Links, pipes and folders in place of a dump are not
 * followed: whoever may write there may not make us read elsewhere.
 */
#pragma once
#include "channel/message.h"
#include "guest/layout.h"

#define GUEST_DUMPS_MAX 1024 /* looked at; a crash directory has a handful */

struct guest_dump {
	struct channel_id id; /* of path, size, times and inode: another file is another dump */
	const struct guest_layout *layout;
	char folder[CHANNEL_NAME_MAX + 1];
	char name[CHANNEL_NAME_MAX + 1];
	uint64_t size;
	uint64_t modified_us; /* wall clock */
};

struct guest_scan {
	struct guest_dump *dumps; /* the newest first */
	unsigned n;
	unsigned unfinished;
};

/* Fails when there is no such directory or it cannot be read. */
bool guest_scan(const char *crash_directory, struct guest_scan *scan, struct dint_error *err);
void guest_scan_done(struct guest_scan *scan);

/* Opens the dump that was found; DINT_CONFLICT when it is another by now, -1 on failure. */
int guest_dump_open(const char *crash_directory, const struct guest_dump *dump,
		    struct dint_error *err);
/* Whether what is open is still what was found. */
bool guest_dump_same(int fd, const struct guest_dump *dump);
