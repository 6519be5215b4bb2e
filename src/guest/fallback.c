/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The child reports through a pipe: a dot for each piece that was written, then a line. */
#include "guest/fallback.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/log.h"
#include "base/text.h"
#include "guest/command.h"

#define PIECE_BYTES (256 << 10)
#define PATH_BYTES  1024
#define DOT	    '.'

struct paths {
	char folder[PATH_BYTES], incomplete[PATH_BYTES + 32], dump[PATH_BYTES + 32];
};

/* ---- the child ---- */

/* An initramfs is in memory, which ends with the reboot. */
static bool is_on_disk(const char *directory, struct dint_error *err)
{
	struct statfs fs;

	if (statfs(directory, &fs) < 0)
		return dint_fail_errno(err, "%s", directory);
	if (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "%s is in memory: mount the disk that it should be on", directory);
	return true;
}

static bool make_paths(const struct guest_capture_options *options, struct paths *paths,
		       struct dint_error *err)
{
	const struct clock *clock = options->guest.clock;
	time_t seconds = clock->wall_us(clock) / 1000000;
	char stamp[16];
	struct tm parts;

	if (!gmtime_r(&seconds, &parts) || !strftime(stamp, sizeof(stamp), "%Y%m%d%H%M", &parts))
		return dint_fail(err, DINT_SYSTEM, "the clock cannot be read");
	if (snprintf(paths->folder, PATH_BYTES, "%s/%s", options->fallback, stamp) >= PATH_BYTES)
		return dint_fail(err, DINT_BAD_REQUEST, "the path of %.40s is too long",
				 options->fallback);
	snprintf(paths->incomplete, sizeof(paths->incomplete), "%s/dump-incomplete", paths->folder);
	snprintf(paths->dump, sizeof(paths->dump), "%s/dump.%s", paths->folder, stamp);
	if (mkdir(paths->folder, 0700) < 0 && errno != EEXIST)
		return dint_fail_errno(err, "%s", paths->folder);
	return true;
}

/* All that the command writes, with a dot for each piece. */
static bool copy(struct guest_command *command, int file, int report, uint64_t *size,
		 struct dint_error *err)
{
	CLEANUP(free_ptr) char *piece = malloc(PIECE_BYTES);
	const char dot = DOT;

	while (piece && !guest_command_ended(command)) {
		struct pollfd waiting = {.fd = command->fd, .events = POLLIN};
		ssize_t n = guest_command_read(command, piece, PIECE_BYTES);

		if (n <= 0) {
			poll(&waiting, 1, 20); /* of its end nothing tells */
			continue;
		}
		if (!io_write_all(file, piece, n, err) || !io_write_all(report, &dot, 1, err))
			return false;
		*size += n;
	}
	return piece || dint_fail(err, DINT_SYSTEM, "no memory");
}

static bool write_dump(const struct guest_capture_options *options, int file, int report,
		       uint64_t *size, struct dint_error *err)
{
	CLEANUP(guest_command_done) struct guest_command command = {.fd = -1};
	char words[GUEST_WORDS];

	if (!guest_command_start(&command, &options->guest, options->command, err) ||
	    !copy(&command, file, report, size, err))
		return false;
	if (!guest_command_worked(&command)) {
		guest_command_words(&command, words);
		return dint_fail(err, DINT_SYSTEM, "%s", words);
	}
	return fsync(file) == 0 || dint_fail_errno(err, "sync");
}

static bool save(const struct guest_capture_options *options, int report, struct paths *paths,
		 uint64_t *size, struct dint_error *err)
{
	CLEANUP(close_fd) int file = -1;

	if (!is_on_disk(options->fallback, err) || !make_paths(options, paths, err))
		return false;
	file = open(paths->incomplete, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file < 0)
		return dint_fail_errno(err, "%s", paths->incomplete);
	if (!write_dump(options, file, report, size, err)) {
		unlink(paths->incomplete);
		return dint_within(err, "%s", paths->incomplete);
	}
	if (rename(paths->incomplete, paths->dump) < 0)
		return dint_fail_errno(err, "%s", paths->dump);
	return io_sync_directory(paths->folder, err) && io_sync_directory(options->fallback, err);
}

static void child(const struct guest_capture_options *options, int report)
{
	struct paths paths = {0};
	struct dint_error err, ignored;
	char line[GUEST_WORDS];
	uint64_t size = 0;
	bool saved;

	setpgid(0, 0);
	saved = save(options, report, &paths, &size, &err);
	if (saved)
		snprintf(line, sizeof(line), "%s, %llu bytes", paths.dump,
			 (unsigned long long)size);
	else
		snprintf(line, sizeof(line), "%s", err.message);
	io_write_all(report, line, strlen(line), &ignored);
	_exit(!saved);
}

/* ---- the parent ---- */

/* Until the child has ended (its words are there then) or no dot came for so long. */
static bool watch(int report, int patience_ms, char words[GUEST_WORDS])
{
	struct pollfd waiting = {.fd = report, .events = POLLIN};
	size_t n = 0;

	while (poll(&waiting, 1, patience_ms) > 0) {
		char piece[256];
		ssize_t got = read(report, piece, sizeof(piece));

		if (got <= 0) {
			words[n] = '\0';
			return true;
		}
		for (ssize_t i = 0; i < got; i++)
			if ((n || piece[i] != DOT) && n < GUEST_WORDS - 1)
				words[n++] = piece[i];
	}
	snprintf(words, GUEST_WORDS, "writing it did not get on for %d s", patience_ms / 1000);
	return false;
}

bool guest_fallback(const struct guest_capture_options *options, char words[GUEST_WORDS])
{
	int patience_ms = GUEST_PATIENCE * options->deadline_s * 1000;
	int ends[2], status = 1;
	pid_t pid;

	snprintf(words, GUEST_WORDS, "a disk in its place was not tried: no process can be made");
	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	log_info("no host: writing to %s", options->fallback);
	pid = fork();
	if (!pid)
		child(options, ends[1]);
	close(ends[1]);
	if (pid > 0 && watch(ends[0], patience_ms, words))
		waitpid(pid, &status, 0);
	else if (pid > 0)
		kill(-pid, SIGKILL);
	close(ends[0]);
	return pid > 0 && WIFEXITED(status) && !WEXITSTATUS(status);
}
