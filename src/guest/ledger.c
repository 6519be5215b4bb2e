/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/ledger.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/io.h"

#define PATH_BYTES   4096
#define RECORD_BYTES 4096

static const char *const fates[] = {
	[GUEST_NEW] = "new",
	[GUEST_STORED] = "stored",
	[GUEST_REFUSED] = "refused",
};

static void record_path(const char *state_directory, const struct channel_id *id, const char *end,
			char path[PATH_BYTES])
{
	char text[CHANNEL_ID_TEXT];

	channel_id_text(id, text);
	snprintf(path, PATH_BYTES, "%s/%s%s", state_directory, text, end);
}

enum guest_fate guest_ledger_find(const char *state_directory, const struct channel_id *id)
{
	CLEANUP(buffer_done) struct buffer record = {0};
	char path[PATH_BYTES];
	struct dint_error err;

	record_path(state_directory, id, "", path);
	if (!io_read_file(path, RECORD_BYTES, &record, &err))
		return GUEST_NEW;
	for (enum guest_fate fate = GUEST_STORED; fate <= GUEST_REFUSED; fate++)
		if (strncmp(buffer_text(&record), fates[fate], strlen(fates[fate])) == 0)
			return fate;
	return GUEST_NEW; /* not ours, or damaged: the host knows the dump by its id */
}

static bool write_record(const char *path, const struct buffer *record, struct dint_error *err)
{
	CLEANUP(close_fd) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return dint_fail_errno(err, "%s", path);
	if (!io_write_all(fd, record->bytes, record->size, err))
		return dint_within(err, "%s", path);
	return fsync(fd) == 0 || dint_fail_errno(err, "%s", path);
}

bool guest_ledger_add(const char *state_directory, const struct guest_dump *dump,
		      enum guest_fate fate, const char *words, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer record = {0};
	char temporary[PATH_BYTES], path[PATH_BYTES];

	buffer_printf(&record, "%s %s/%s %llu %s\n", fates[fate], dump->folder, dump->name,
		      (unsigned long long)dump->size, words);
	record_path(state_directory, &dump->id, ".new", temporary);
	record_path(state_directory, &dump->id, "", path);
	if (!io_make_directories(state_directory, err) || !write_record(temporary, &record, err))
		return false;
	if (rename(temporary, path) < 0)
		return dint_fail_errno(err, "%s", path);
	return io_sync_directory(state_directory, err);
}
