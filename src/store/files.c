/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dump on its way:
 *
 *	partial/ID  --append, sync-->  partial/ID  --fsync, rename, fsync dumps/-->  dumps/SHA256
 *
 * A file in dumps/ is whole, synced and hashed; one in partial/ may end at any byte and is resumed.
 */
#include "store/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fault.h"
#include "base/io.h"
#include "base/text.h"

#define PIECE_BYTES   (256 << 10)
#define ID_BYTES_MOST 64

struct upload {
	int fd;
	char *partial, *partial_dir, *dumps_dir; /* paths */
	uint64_t size;				 /* bytes in the file, all of them hashed */
	struct sha256 hash;
};

/* A full disk is for the caller to wait out; anything else is broken. */
static bool fail_disk(const struct upload *upload, const char *what, struct dint_error *err)
{
	int number = errno;
	char size[TEXT_SIZE];

	if (number != ENOSPC && number != EDQUOT && number != EFBIG)
		return dint_fail_errno(err, "%s of %s", what, upload->partial);
	text_size(upload->size, size);
	return dint_fail(err, DINT_LIMIT,
			 "%s of %s: %s; the first %s are kept: make room and send on", what,
			 upload->partial, strerror(number), size);
}

/* Hashes the file from its start; its length is what was there. */
static bool hash_file(struct upload *upload, struct dint_error *err)
{
	CLEANUP(free_ptr) uint8_t *piece = xmalloc(PIECE_BYTES);

	sha256_init(&upload->hash);
	upload->size = 0;
	for (;;) {
		ssize_t got = io_pread_full(upload->fd, piece, PIECE_BYTES, upload->size, err);

		if (got < 0)
			return dint_within(err, "%s", upload->partial);
		sha256_add(&upload->hash, piece, got);
		upload->size += got;
		if (got < PIECE_BYTES)
			return true;
	}
}

bool upload_sync(struct upload *upload, struct dint_error *err)
{
	if (fdatasync(upload->fd) < 0)
		return fail_disk(upload, "sync", err);
	fault_point("upload:synced");
	return true;
}

void upload_close(struct upload *upload)
{
	if (!upload)
		return;
	close_fd(&upload->fd);
	free(upload->partial);
	free(upload->partial_dir);
	free(upload->dumps_dir);
	free(upload);
}

void upload_abandon(struct upload *upload)
{
	struct dint_error ignored;

	if (!upload)
		return;
	unlink(upload->partial);
	io_sync_directory(upload->partial_dir, &ignored);
	upload_close(upload);
}

static bool check_id(const char *id, struct dint_error *err)
{
	size_t length =
		strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	if (!length || length > ID_BYTES_MOST || id[length])
		return dint_fail(err, DINT_BAD_REQUEST,
				 "an upload's id is 1 to %d letters, digits and '-'",
				 ID_BYTES_MOST);
	return true;
}

/* The file, alone: a worker that still holds it (the guest came back sooner than we noticed that it
 * went) would write between our lines. */
static bool open_partial(struct upload *upload, struct dint_error *err)
{
	upload->fd = open(upload->partial, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (upload->fd < 0)
		return dint_fail_errno(err, "%s", upload->partial);
	if (flock(upload->fd, LOCK_EX | LOCK_NB) < 0)
		return dint_fail(err, DINT_CONFLICT, "%s is being written by another transfer",
				 upload->partial);
	return true;
}

DEFINE_CLEANUP(upload_close, struct upload *)

bool upload_open(const char *state_dir, const char *id, struct upload **upload,
		 struct dint_error *err)
{
	CLEANUP(upload_close_ptr) struct upload *made = NULL;

	if (!check_id(id, err))
		return false;
	made = xcalloc(1, sizeof(*made));
	made->fd = -1;
	made->partial_dir = xasprintf("%s/partial", state_dir);
	made->dumps_dir = xasprintf("%s/dumps", state_dir);
	made->partial = xasprintf("%s/%s", made->partial_dir, id);
	if (!io_make_directories(made->partial_dir, err) ||
	    !io_make_directories(made->dumps_dir, err) || !io_sync_directory(state_dir, err))
		return false;
	if (!open_partial(made, err) || !hash_file(made, err) || !upload_sync(made, err) ||
	    !io_sync_directory(made->partial_dir, err))
		return false;
	*upload = TAKE(made);
	return true;
}

uint64_t upload_size(const struct upload *upload)
{
	return upload->size;
}

/* All or nothing, as far as the file system lets us: a part that got in is cut off again, and
 * overwritten if it could not be. */
bool upload_append(struct upload *upload, const void *bytes, size_t n, struct dint_error *err)
{
	size_t done = 0;

	while (done < n) {
		ssize_t wrote = pwrite(upload->fd, (const char *)bytes + done, n - done,
				       upload->size + done);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0) {
			fail_disk(upload, "write", err);
			if (ftruncate(upload->fd, upload->size) < 0)
				dint_error_prefix(err, "not cut back");
			return false;
		}
		done += wrote;
	}
	sha256_add(&upload->hash, bytes, n);
	upload->size += n;
	fault_point("upload:appended");
	return true;
}

int upload_lend(struct upload *upload, struct dint_error *err)
{
	int fd;

	if (ftruncate(upload->fd, 0) < 0) {
		dint_error_errno(err, "%s", upload->partial);
		return -1;
	}
	upload->size = 0;
	sha256_init(&upload->hash);
	fd = open(upload->partial, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		dint_error_errno(err, "%s", upload->partial);
	return fd;
}

bool upload_adopt(struct upload *upload, struct dint_error *err)
{
	return upload_sync(upload, err) && hash_file(upload, err);
}

void upload_sum(const struct upload *upload, uint8_t sum[SHA256_BYTES])
{
	struct sha256 copy = upload->hash;

	sha256_end(&copy, sum);
}

/* What was hashed must be what lies there, and what was promised. */
static bool check_sum(const struct upload *upload, const uint8_t *wanted, char sha256[SHA256_TEXT],
		      struct dint_error *err)
{
	uint8_t sum[SHA256_BYTES];
	char promised[SHA256_TEXT];
	struct stat status;

	upload_sum(upload, sum);
	sha256_text(sum, sha256);
	if (fstat(upload->fd, &status) < 0)
		return dint_fail_errno(err, "%s", upload->partial);
	if ((uint64_t)status.st_size != upload->size)
		return dint_fail(err, DINT_CORRUPT,
				 "%s holds %llu bytes, and %llu came; somebody else wrote to it",
				 upload->partial, (unsigned long long)status.st_size,
				 (unsigned long long)upload->size);
	if (!wanted || !memcmp(sum, wanted, SHA256_BYTES))
		return true;
	sha256_text(wanted, promised);
	return dint_fail(err, DINT_CORRUPT, "the dump's sum is %s, %s was promised", sha256,
			 promised);
}

/* Over an equal dump the rename is harmless: the same bytes, and readers keep what they opened. */
static bool make_visible(const struct upload *upload, const char *sha256, struct dint_error *err)
{
	CLEANUP(free_ptr) char *path = xasprintf("%s/%s", upload->dumps_dir, sha256);

	if (fsync(upload->fd) < 0)
		return fail_disk(upload, "sync", err);
	fault_point("upload:before-rename");
	if (rename(upload->partial, path) < 0)
		return dint_fail_errno(err, "%s to %s", upload->partial, path);
	fault_point("upload:renamed");
	if (!io_sync_directory(upload->dumps_dir, err) ||
	    !io_sync_directory(upload->partial_dir, err))
		return false;
	fault_point("upload:visible");
	return true;
}

bool upload_finish(struct upload *upload, const uint8_t *wanted, char sha256[SHA256_TEXT],
		   struct dint_error *err)
{
	if (!check_sum(upload, wanted, sha256, err)) {
		if (err->code == DINT_CORRUPT)
			upload_abandon(upload);
		return false;
	}
	if (!make_visible(upload, sha256, err))
		return false;
	upload_close(upload);
	return true;
}

DEFINE_CLEANUP(closedir, DIR *)

static DIR *open_partials(const char *state_dir)
{
	CLEANUP(free_ptr) char *path = xasprintf("%s/partial", state_dir);

	return opendir(path);
}

static const char *next_partial(DIR *partials, const char *prefix, const char *keep)
{
	for (struct dirent *entry; (entry = readdir(partials));)
		if (!strncmp(entry->d_name, prefix, strlen(prefix)) &&
		    !(keep && !strcmp(entry->d_name, keep)))
			return entry->d_name;
	return NULL;
}

bool uploads_left(const char *state_dir, const char *prefix, const char *keep)
{
	CLEANUP(closedir_ptr) DIR *partials = open_partials(state_dir);

	return partials && next_partial(partials, prefix, keep);
}

bool uploads_remove(const char *state_dir, const char *prefix, const char *keep,
		    uint64_t *size_bytes, struct dint_error *err)
{
	CLEANUP(closedir_ptr) DIR *partials = open_partials(state_dir);
	const char *name;

	*size_bytes = 0;
	while (partials && (name = next_partial(partials, prefix, keep))) {
		struct stat status;

		if (fstatat(dirfd(partials), name, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
		    unlinkat(dirfd(partials), name, 0) < 0)
			return dint_fail_errno(err, "%s/partial/%s", state_dir, name);
		*size_bytes += status.st_size;
	}
	if (partials && fsync(dirfd(partials)) < 0)
		return dint_fail_errno(err, "%s/partial", state_dir);
	return true;
}

static char *dump_path(const char *state_dir, const char *sha256, struct dint_error *err)
{
	if (strspn(sha256, "0123456789abcdef") == SHA256_TEXT - 1 && !sha256[SHA256_TEXT - 1])
		return xasprintf("%s/dumps/%s", state_dir, sha256);
	dint_error_set(err, DINT_BAD_REQUEST, "a dump's name is the 64 hex digits of its SHA-256");
	return NULL;
}

uint64_t dump_space(const char *state_dir)
{
	struct statvfs fs;
	uint64_t free_bytes;

	if (statvfs(state_dir, &fs) < 0)
		return 0;
	free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	return free_bytes > DUMP_RESERVE_BYTES ? free_bytes - DUMP_RESERVE_BYTES : 0;
}

int dump_file_open(const char *state_dir, const char *sha256, struct dint_error *err)
{
	CLEANUP(free_ptr) char *path = dump_path(state_dir, sha256, err);
	int fd;

	if (!path)
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		dint_error_errno(err, "%s", path);
	return fd;
}

bool dump_file_delete(const char *state_dir, const char *sha256, struct dint_error *err)
{
	CLEANUP(free_ptr) char *path = dump_path(state_dir, sha256, err);
	CLEANUP(free_ptr) char *dir = xasprintf("%s/dumps", state_dir);

	if (!path)
		return false;
	if (unlink(path) < 0)
		return errno == ENOENT || dint_fail_errno(err, "%s", path);
	return io_sync_directory(dir, err);
}
