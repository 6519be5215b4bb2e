/* SPDX-License-Identifier: MIT */
/* Files and descriptors: whole reads and writes, durable renames, sockets by path. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

/* All n bytes, through EINTR and short writes. Blocking descriptors only. */
bool io_write_all(int fd, const void *bytes, size_t n, struct dint_error *err);
/* As many bytes as there are up to n from an offset; -1 with err set. */
ssize_t io_pread_full(int fd, void *to, size_t n, off_t at, struct dint_error *err);
/* A whole file of at most limit bytes, appended to the buffer; DINT_LIMIT when it is longer. */
bool io_read_file(const char *path, size_t limit_bytes, struct buffer *to, struct dint_error *err);
/* Makes what a directory lists durable: after creating, renaming or unlinking in it. */
bool io_sync_directory(const char *path, struct dint_error *err);
/* The directory and its parents, mode 0700 where it has to make them. */
bool io_make_directories(const char *path, struct dint_error *err);
/* A stream socket connected to a UNIX socket's path; non-blocking, close-on-exec; -1 with err. A
 * path that is too long for a socket's address is DINT_BAD_REQUEST. */
int io_connect_unix(const char *path, struct dint_error *err);
