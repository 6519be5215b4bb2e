/* SPDX-License-Identifier: MIT */
/* Descriptors, from the side that wants all bytes or a reason. */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"

#define READ_PIECE_BYTES 65536

bool io_write_all(int fd, const void *bytes, size_t n, struct dint_error *err)
{
	const char *from = bytes;

	while (n) {
		ssize_t wrote = write(fd, from, n);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return dint_fail_errno(err, "write of %zu bytes", n);
		from += wrote;
		n -= wrote;
	}
	return true;
}

ssize_t io_pread_full(int fd, void *to, size_t n, off_t at, struct dint_error *err)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(fd, (char *)to + done, n - done, at + done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			dint_error_errno(err, "read of %zu bytes at %lld", n, (long long)at);
			return -1;
		}
		if (!got)
			break;
		done += got;
	}
	return done;
}

bool io_read_file(const char *path, size_t limit_bytes, struct buffer *to, struct dint_error *err)
{
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t before = to->size;

	if (fd < 0)
		return dint_fail_errno(err, "%s", path);
	for (;;) {
		ssize_t got = read(fd, buffer_room(to, READ_PIECE_BYTES), READ_PIECE_BYTES);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return dint_fail_errno(err, "%s", path);
		if (!got)
			return true;
		buffer_grow(to, got);
		if (to->size - before > limit_bytes)
			return dint_fail(err, DINT_LIMIT, "%s is larger than %zu bytes", path,
					 limit_bytes);
	}
}

bool io_sync_directory(const char *path, struct dint_error *err)
{
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return dint_fail_errno(err, "%s", path);
	return true;
}

bool io_make_directories(const char *path, struct dint_error *err)
{
	CLEANUP(free_ptr) char *part = xstrdup(path);

	for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		if (mkdir(part, 0700) < 0 && errno != EEXIST)
			return dint_fail_errno(err, "%s", part);
		if (!slash)
			return true;
		*slash = '/';
	}
}

int io_connect_unix(const char *path, struct dint_error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	CLEANUP(close_fd) int fd = -1;

	if (strlen(path) >= sizeof(address.sun_path)) {
		dint_error_set(err, DINT_BAD_REQUEST,
			       "%.80s…: longer than the %zu bytes of a socket's path", path,
			       sizeof(address.sun_path) - 1);
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		dint_error_errno(err, "%s", path);
		return -1;
	}
	return TAKE_FD(fd);
}
