/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes beside the place, and renames at the end. */
#include "programs/dint/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/io.h"
#include "base/sha256.h"
#include "base/units.h"
#include "programs/dint/progress.h"

#define PIECE_BYTES ((size_t)1 << 20)

static bool exists_already(const char *path, struct dint_error *err)
{
	return dint_fail(err, DINT_CONFLICT,
			 "%.160s exists: --force replaces it, -o FILE writes elsewhere", path);
}

static bool open_stdout(struct copy *copy, struct dint_error *err)
{
	if (isatty(STDOUT_FILENO))
		return dint_fail(err, DINT_BAD_REQUEST,
				 "a dump is nothing for a terminal: -o FILE, or a pipe");
	copy->fd = dup(STDOUT_FILENO);
	if (copy->fd < 0)
		return dint_fail_errno(err, "stdout");
	return true;
}

static const int ending[] = {SIGINT, SIGTERM, SIGHUP};

static void hold_signals(struct copy *copy)
{
	sigset_t held;

	sigemptyset(&held);
	for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
		sigaddset(&held, ending[i]);
	sigprocmask(SIG_BLOCK, &held, &copy->signals);
}

bool copy_is_interrupted(const struct copy *copy)
{
	sigset_t waiting;

	if (!copy->partial || sigpending(&waiting) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
		if (sigismember(&waiting, ending[i]) > 0)
			return true;
	return false;
}

/* Forgets the partial file, which has its name or is gone, and lets the signals come. */
static void forget_partial(struct copy *copy)
{
	free(TAKE(copy->partial));
	sigprocmask(SIG_SETMASK, &copy->signals, NULL);
}

static bool open_partial(struct copy *copy, struct dint_error *err)
{
	CLEANUP(free_ptr) char *partial = xasprintf("%s.part-XXXXXX", copy->path);

	hold_signals(copy);
	copy->fd = mkostemp(partial, O_CLOEXEC); /* mode 0600 */
	if (copy->fd >= 0) {
		copy->partial = TAKE(partial);
		return true;
	}
	dint_error_errno(err, "a new file %.160s", copy->path);
	forget_partial(copy);
	return false;
}

bool copy_open(const char *path, bool force, struct copy *copy, struct dint_error *err)
{
	struct stat about;

	*copy = (struct copy){.fd = -1, .force = force};
	if (!strcmp(path, "-"))
		return open_stdout(copy, err);
	copy->path = path;
	if (stat(path, &about) < 0)
		return errno == ENOENT ? open_partial(copy, err)
				       : dint_fail_errno(err, "%.200s", path);
	if (S_ISDIR(about.st_mode))
		return dint_fail(err, DINT_BAD_REQUEST, "%.160s is a directory: -o names a file",
				 path);
	if (S_ISREG(about.st_mode))
		return force ? open_partial(copy, err) : exists_already(path, err);
	copy->fd = open(path, O_WRONLY | O_CLOEXEC);
	if (copy->fd < 0)
		return dint_fail_errno(err, "%.200s", path);
	return true;
}

/* Never over a file that came to be in the meantime, where the file system can promise that. */
static bool take_name(const struct copy *copy, struct dint_error *err)
{
	unsigned flags = copy->force ? 0 : RENAME_NOREPLACE;
	int failed = renameat2(AT_FDCWD, copy->partial, AT_FDCWD, copy->path, flags);

	if (failed && errno == EINVAL)
		failed = rename(copy->partial, copy->path);
	if (failed && errno == EEXIST)
		return exists_already(copy->path, err);
	return !failed || dint_fail_errno(err, "%.200s", copy->path);
}

bool copy_publish(struct copy *copy, struct dint_error *err)
{
	if (!copy->partial)
		return true;
	if (fsync(copy->fd) < 0)
		return dint_fail_errno(err, "%.200s", copy->partial);
	if (!take_name(copy, err))
		return false;
	forget_partial(copy);
	return true;
}

void copy_done(struct copy *copy)
{
	close_fd(&copy->fd);
	if (!copy->partial)
		return;
	unlink(copy->partial);
	forget_partial(copy);
}

static bool sum_is(struct sha256 *hash, const struct source *source, struct dint_error *err)
{
	uint8_t sum[SHA256_BYTES];
	char text[SHA256_TEXT];

	sha256_end(hash, sum);
	sha256_text(sum, text);
	if (!strcmp(text, source->sha256))
		return true;
	return dint_fail(err, DINT_CORRUPT,
			 "the stored file is damaged: its SHA-256 is %.16s…, not %.16s…; the guest "
			 "may still have its own",
			 text, source->sha256);
}

bool copy_bytes(const struct source *source, struct copy *copy, struct dint_error *err)
{
	CLEANUP(free_ptr) char *piece = xmalloc(PIECE_BYTES);
	struct progress progress;
	struct sha256 hash;
	uint64_t at = 0;
	ssize_t got;

	sha256_init(&hash);
	progress_init(&progress, source->name);
	while ((got = io_pread_full(source->fd, piece, PIECE_BYTES, (off_t)at, err)) > 0) {
		sha256_add(&hash, piece, (size_t)got);
		if (!io_write_all(copy->fd, piece, (size_t)got, err))
			return dint_within(err, "%.160s", copy->path ? copy->path : "stdout");
		if (copy_is_interrupted(copy))
			return dint_fail(err, DINT_SYSTEM, "interrupted");
		at += (uint64_t)got;
		progress_show(&progress, at, source->size_bytes);
	}
	progress_clear(&progress);
	return got == 0 && sum_is(&hash, source, err);
}
