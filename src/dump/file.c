/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A dump file's bytes by their offset in plain order. */
#include "dump/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/units.h"

#define WRITE_BYTES (1 * MIB) /* at a time, so that progress can be seen and interrupted */

bool dump_file_open(int fd, struct dump_file *file, struct dint_error *err)
{
	struct stat stat;
	void *map = NULL;

	if (fstat(fd, &stat) < 0)
		return dint_fail_errno(err, "dump");
	if (!S_ISREG(stat.st_mode))
		return dint_fail(err, DINT_BAD_REQUEST,
				 "not a file (a dump cannot be read from a "
				 "directory, pipe or device)");
	if (stat.st_size == 0)
		return dint_fail(err, DINT_CORRUPT, "the file is empty");
	map = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return dint_fail_errno(err, "mapping %lld bytes", (long long)stat.st_size);

	memset(file, 0, sizeof(*file));
	file->map = map;
	file->map_size = (uint64_t)stat.st_size;
	file->size = file->map_size;
	return true;
}

void dump_file_done(struct dump_file *file)
{
	if (file->map)
		munmap((void *)(uintptr_t)file->map, file->map_size);
	free(file->extents);
	memset(file, 0, sizeof(*file));
}

/* The first extent that ends behind an offset; n_extents when there is none. */
static size_t extent_at(const struct dump_file *file, uint64_t at)
{
	size_t low = 0, high = file->n_extents;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct extent *extent = &file->extents[middle];

		if (at < extent->target + extent->size)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static void gather(const struct dump_file *file, uint64_t at, uint8_t *to, size_t n)
{
	memset(to, 0, n);
	for (size_t i = extent_at(file, at); i < file->n_extents; i++) {
		const struct extent *extent = &file->extents[i];
		uint64_t from = at > extent->target ? at : extent->target;
		uint64_t end = extent->target + extent->size;

		if (extent->target >= at + n)
			return;
		if (end > at + n)
			end = at + n;
		memcpy(to + (from - at), file->map + extent->source + (from - extent->target),
		       end - from);
	}
}

size_t dump_file_read(const struct dump_file *file, uint64_t at, void *to, size_t n)
{
	size_t there = n;

	if (at >= file->size)
		there = 0;
	else if (file->size - at < n)
		there = (size_t)(file->size - at);
	memset((uint8_t *)to + there, 0, n - there);
	if (there == 0)
		return 0;
	if (file->extents)
		gather(file, at, to, there);
	else
		memcpy(to, file->map + at, there);
	return there;
}

const uint8_t *dump_file_bytes(const struct dump_file *file, uint64_t at, size_t n, void *scratch)
{
	if (at > file->size || file->size - at < n)
		return NULL;
	if (!file->extents)
		return file->map + at;

	size_t i = extent_at(file, at);
	const struct extent *extent = &file->extents[i];

	if (i < file->n_extents && extent->target <= at && extent->target + extent->size - at >= n)
		return file->map + extent->source + (at - extent->target);
	gather(file, at, scratch, n);
	return scratch;
}

bool dump_file_has(const struct dump_file *file, uint64_t at)
{
	if (!file->extents)
		return at < file->size;

	size_t i = extent_at(file, at);

	return i < file->n_extents && file->extents[i].target <= at;
}

static bool write_piece(int fd, const uint8_t *bytes, uint64_t n, struct dint_error *err)
{
	while (n > 0) {
		size_t some = n < WRITE_BYTES ? (size_t)n : WRITE_BYTES;

		if (!io_write_all(fd, bytes, some, err))
			return false;
		bytes += some;
		n -= some;
	}
	return true;
}

static bool write_hole(int fd, bool seekable, uint64_t n, struct dint_error *err)
{
	static const uint8_t zeros[65536];

	if (seekable) {
		if (lseek(fd, (off_t)n, SEEK_CUR) < 0)
			return dint_fail_errno(err, "leaving a hole");
		return true;
	}
	while (n > 0) {
		size_t some = n < sizeof(zeros) ? (size_t)n : sizeof(zeros);

		if (!io_write_all(fd, zeros, some, err))
			return false;
		n -= some;
	}
	return true;
}

/* Holes can be left in a regular file that is not opened for appending. */
static bool can_have_holes(int fd)
{
	struct stat stat;
	int flags = fcntl(fd, F_GETFL);

	return fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode) && flags >= 0 && !(flags & O_APPEND);
}

bool dump_file_write_plain(const struct dump_file *file, int fd, struct dint_error *err)
{
	bool seekable = can_have_holes(fd);
	uint64_t at = 0;

	if (!file->extents)
		return write_piece(fd, file->map, file->map_size, err);
	for (size_t i = 0; i < file->n_extents; i++) {
		const struct extent *extent = &file->extents[i];

		if (extent->target > at && !write_hole(fd, seekable, extent->target - at, err))
			return false;
		if (!write_piece(fd, file->map + extent->source, extent->size, err))
			return false;
		at = extent->target + extent->size;
	}
	return true;
}
