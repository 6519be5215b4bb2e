/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How distributions lay out their crash directory: a folder a crash, a dump in it.
 *
 * To add a layout:
 *   1. write guest/layout_<name>.c, ending in one `const struct guest_layout`;
 *   2. list it in guest/layouts.c and guest/meson.build;
 *   3. a tree of it in tests/guest/trees, a finished dump and an unfinished one.
 */
#pragma once
#include <stdbool.h>

enum guest_found {
	GUEST_NO_DUMP,	  /* something else: a log, a note */
	GUEST_DUMP,	  /* finished: it will not change */
	GUEST_UNFINISHED, /* begun; renamed or completed when it is finished, or never */
};

struct guest_layout {
	const char *name; /* as the channel spells it */
	const char *summary;
	bool (*folder)(const char *name);
	/* folder_fd is the folder's, for a layout that must look at what else is in it. */
	enum guest_found (*file)(int folder_fd, const char *folder, const char *name);
};

extern const struct guest_layout *const guest_layouts[]; /* ends in NULL */

extern const struct guest_layout layout_debian;
extern const struct guest_layout layout_redhat;
extern const struct guest_layout layout_suse;

/* Whether all of text looks like pattern: '0' stands for a digit, all else for itself. */
bool guest_layout_like(const char *text, const char *pattern);
