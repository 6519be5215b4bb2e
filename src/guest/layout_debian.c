/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Debian and Ubuntu, kdump-tools: /var/crash/YYYYMMDDHHMM/ with dump.YYYYMMDDHHMM, written as
 * dump-incomplete and renamed. Without makedumpfile it is vmcore.YYYYMMDDHHMM. Since 1.10 either
 * may have been compressed (KDUMP_COMPRESSION).
 */
#include <string.h>

#include "guest/layout.h"

#define STAMP	    "000000000000"
#define STAMP_CHARS 12

static bool debian_folder(const char *name)
{
	return guest_layout_like(name, STAMP);
}

static const char *behind(const char *name, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(name, prefix, n) == 0 ? name + n : NULL;
}

static enum guest_found debian_file(int folder_fd, const char *folder, const char *name)
{
	static const char *const ends[] = {"", ".gz", ".bz2", ".lz4", ".xz"};
	const char *stamp = behind(name, "dump.");

	(void)folder_fd;
	if (strcmp(name, "dump-incomplete") == 0 || strcmp(name, "vmcore-incomplete") == 0)
		return GUEST_UNFINISHED;
	if (!stamp)
		stamp = behind(name, "vmcore.");
	if (!stamp || strncmp(stamp, folder, STAMP_CHARS) != 0)
		return GUEST_NO_DUMP;
	for (unsigned i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(stamp + STAMP_CHARS, ends[i]) == 0)
			return GUEST_DUMP;
	return GUEST_NO_DUMP;
}

const struct guest_layout layout_debian = {
	.name = "debian",
	.summary = "YYYYMMDDHHMM/dump.YYYYMMDDHHMM",
	.folder = debian_folder,
	.file = debian_file,
};
