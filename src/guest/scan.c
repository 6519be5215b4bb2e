/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/sha256.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
/* O_NONBLOCK: a pipe in place of a dump would stop the open */
#define FILE_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

DEFINE_CLEANUP(closedir, DIR *)

static uint64_t modified_ns(const struct stat *st)
{
	return (uint64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static struct channel_id identify(const char *folder, const char *name, const struct stat *st)
{
	char text[2 * CHANNEL_NAME_MAX + 96];
	uint8_t sum[SHA256_BYTES];
	struct channel_id id;
	struct sha256 hash;

	snprintf(text, sizeof(text), "%s/%s %llu %llu %llu", folder, name,
		 (unsigned long long)st->st_size, (unsigned long long)modified_ns(st),
		 (unsigned long long)st->st_ino);
	sha256_init(&hash);
	sha256_add(&hash, text, strlen(text));
	sha256_end(&hash, sum);
	memcpy(id.bytes, sum, sizeof(id.bytes));
	return id;
}

static void add(struct guest_scan *scan, const struct guest_layout *layout, const char *folder,
		const char *name, const struct stat *st)
{
	struct guest_dump *dump;

	if (scan->n == GUEST_DUMPS_MAX)
		return;
	scan->dumps = xrealloc(scan->dumps, (scan->n + 1) * sizeof(*scan->dumps));
	dump = &scan->dumps[scan->n++];
	*dump = (struct guest_dump){
		.id = identify(folder, name, st),
		.layout = layout,
		.size = st->st_size,
		.modified_us = modified_ns(st) / 1000,
	};
	snprintf(dump->folder, sizeof(dump->folder), "%s", folder);
	snprintf(dump->name, sizeof(dump->name), "%s", name);
}

/* A directory by its descriptor, which it takes. */
static DIR *open_listing(int fd)
{
	DIR *listing = fd < 0 ? NULL : fdopendir(fd);

	if (!listing && fd >= 0)
		close(fd);
	return listing;
}

static void scan_folder(struct guest_scan *scan, const struct guest_layout *layout, int crash_fd,
			const char *folder)
{
	CLEANUP(closedir_ptr)
	DIR *listing = open_listing(openat(crash_fd, folder, FOLDER_FLAGS | O_NOFOLLOW));

	if (!listing)
		return;
	for (struct dirent *entry; (entry = readdir(listing));) {
		int fd = dirfd(listing);
		enum guest_found found = layout->file(fd, folder, entry->d_name);
		struct stat st;

		if (found == GUEST_NO_DUMP ||
		    fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		if (found == GUEST_UNFINISHED)
			scan->unfinished++;
		else if (st.st_size > 0)
			add(scan, layout, folder, entry->d_name, &st);
	}
}

static int newest_first(const void *left, const void *right)
{
	const struct guest_dump *a = left, *b = right;

	if (a->modified_us != b->modified_us)
		return a->modified_us < b->modified_us ? 1 : -1;
	return strcmp(b->folder, a->folder);
}

bool guest_scan(const char *crash_directory, struct guest_scan *scan, struct dint_error *err)
{
	CLEANUP(closedir_ptr) DIR *listing = opendir(crash_directory);
	CLEANUP(guest_scan_done) struct guest_scan found = {0};

	if (!listing)
		return dint_fail_errno(err, "%s", crash_directory);
	for (struct dirent *entry; (entry = readdir(listing));)
		for (unsigned i = 0; guest_layouts[i]; i++)
			if (guest_layouts[i]->folder(entry->d_name))
				scan_folder(&found, guest_layouts[i], dirfd(listing),
					    entry->d_name);
	if (found.n)
		qsort(found.dumps, found.n, sizeof(*found.dumps), newest_first);
	*scan = TAKE(found);
	return true;
}

void guest_scan_done(struct guest_scan *scan)
{
	free(scan->dumps);
	*scan = (struct guest_scan){0};
}

bool guest_dump_same(int fd, const struct guest_dump *dump)
{
	struct channel_id id;
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	id = identify(dump->folder, dump->name, &st);
	return channel_id_equal(&id, &dump->id);
}

int guest_dump_open(const char *crash_directory, const struct guest_dump *dump,
		    struct dint_error *err)
{
	CLEANUP(close_fd) int crash = open(crash_directory, FOLDER_FLAGS);
	CLEANUP(close_fd)
	int folder = crash < 0 ? -1 : openat(crash, dump->folder, FOLDER_FLAGS | O_NOFOLLOW);
	CLEANUP(close_fd) int fd = folder < 0 ? -1 : openat(folder, dump->name, FILE_FLAGS);

	if (fd < 0) {
		dint_error_errno(err, "%s/%s/%s", crash_directory, dump->folder, dump->name);
		return -1;
	}
	if (!guest_dump_same(fd, dump)) {
		dint_error_set(err, DINT_CONFLICT, "%s/%s/%s is another file by now",
			       crash_directory, dump->folder, dump->name);
		return -1;
	}
	return TAKE_FD(fd);
}
