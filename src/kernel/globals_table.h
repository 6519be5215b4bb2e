/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of globals.h. */
#pragma once
#include <stddef.h>

struct global_group {
	const char *type;
	const char *names; /* parted by spaces */
};

struct global_changed {
	const char *name, *type;
};

/* NULL at the end. */
extern const struct global_group global_groups[];
extern const struct global_changed global_changes[];
