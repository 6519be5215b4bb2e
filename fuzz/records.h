/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dump from a few hundred bytes: the input is the records of a flattened stream, and the 4096
 * bytes before them are put in front. `tests/dumps/build --records` makes seeds.
 */
#pragma once
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* A file of the stream; the caller closes it. */
static inline int records_file(const uint8_t *data, size_t size)
{
	static const uint8_t header[4096] = {'m', 'a', 'k', 'e', 'd', 'u', 'm', 'p', 'f', 'i', 'l',
					     'e', 0,   0,   0,	 0,   0,   0,	0,   0,	  0,   0,
					     0,	  1,   0,   0,	 0,   0,   0,	0,   0,	  1};
	int fd = memfd_create("records", MFD_CLOEXEC);

	if (write(fd, header, sizeof(header)) < 0 || write(fd, data, size) < 0)
		_exit(1);
	return fd;
}
