/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening the small dumps that tests/dumps/ describes, and files made up on the spot. */
#pragma once
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/io.h"
#include "check.h"

/* The dump of tests/dumps/NAME.txt, read-only. */
static inline int open_small_dump(const char *name)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s.dump", getenv("DUMPS") ? getenv("DUMPS") : ".", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fail_msg("%s: run by meson, which sets $DUMPS", path);
	return fd;
}

/* A file without a name that holds these bytes. */
static inline int file_of_bytes(const void *bytes, size_t n)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	return fd;
}

/* A file of at most 1 MiB, in place of what the buffer held. */
static inline void read_all(int fd, struct buffer *to)
{
	struct dint_error err;
	ssize_t n;

	buffer_clear(to);
	n = io_pread_full(fd, buffer_room(to, 1 << 20), 1 << 20, 0, &err);
	assert_true(n >= 0);
	buffer_grow(to, (size_t)n);
}
