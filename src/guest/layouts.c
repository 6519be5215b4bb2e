/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/layout.h"

#include <ctype.h>
#include <stddef.h>

/* No name of a folder is of two layouts. */
const struct guest_layout *const guest_layouts[] = {
	&layout_debian,
	&layout_redhat,
	&layout_suse,
	NULL,
};

bool guest_layout_like(const char *text, const char *pattern)
{
	for (; *text && *pattern; text++, pattern++)
		if (*pattern == '0' ? !isdigit((unsigned char)*text) : *text != *pattern)
			return false;
	return !*text && !*pattern;
}
