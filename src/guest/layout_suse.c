/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SUSE, kdump-save: /var/crash/YYYY-MM-DD-HH-MM/vmcore (kdumptool, before: …-HH:MM). The dump has
 * its name from the first byte on; README.txt says "This file will be overwritten when the dump is
 * finished." until it is.
 */
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "guest/layout.h"

#define README_BYTES 4096

static bool suse_folder(const char *name)
{
	return guest_layout_like(name, "0000-00-00-00-00") ||
	       guest_layout_like(name, "0000-00-00-00:00");
}

static bool still_written(int folder_fd)
{
	CLEANUP(close_fd)
	int fd = openat(folder_fd, "README.txt", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char text[README_BYTES + 1];
	ssize_t n = fd < 0 ? 0 : read(fd, text, README_BYTES);

	text[n > 0 ? n : 0] = '\0';
	return strstr(text, "will be overwritten when the dump is finished");
}

static enum guest_found suse_file(int folder_fd, const char *folder, const char *name)
{
	(void)folder;
	if (strcmp(name, "vmcore") != 0)
		return GUEST_NO_DUMP;
	return still_written(folder_fd) ? GUEST_UNFINISHED : GUEST_DUMP;
}

const struct guest_layout layout_suse = {
	.name = "suse",
	.summary = "YYYY-MM-DD-HH-MM/vmcore",
	.folder = suse_folder,
	.file = suse_file,
};
