/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Red Hat and its kin, kdump-utils: /var/crash/ADDRESS-YYYY-MM-DD-HH:MM:SS/vmcore, written as
 * vmcore-incomplete, synced and renamed; vmcore.flat where it came over ssh.
 */
#include <string.h>

#include "guest/layout.h"

#define DATE "-0000-00-00-00:00:00"

static bool redhat_folder(const char *name)
{
	size_t n = strlen(name), date = strlen(DATE);

	return n > date && guest_layout_like(name + n - date, DATE);
}

static enum guest_found redhat_file(int folder_fd, const char *folder, const char *name)
{
	(void)folder_fd, (void)folder;
	if (strcmp(name, "vmcore") == 0 || strcmp(name, "vmcore.flat") == 0)
		return GUEST_DUMP;
	return strcmp(name, "vmcore-incomplete") == 0 ? GUEST_UNFINISHED : GUEST_NO_DUMP;
}

const struct guest_layout layout_redhat = {
	.name = "redhat",
	.summary = "ADDRESS-YYYY-MM-DD-HH:MM:SS/vmcore",
	.folder = redhat_folder,
	.file = redhat_file,
};
