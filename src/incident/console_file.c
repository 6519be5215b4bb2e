/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring and how far it has come. */
#include "incident/console_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/cursor.h"
#include "base/io.h"
#include "machine/console.h"

#define MAGIC	   "dintcon1"
#define MAGIC_SIZE 8
#define HEAD_SIZE  24

struct console_file {
	int fd;
	uint64_t last_us;
};

static bool write_at(int fd, const void *bytes, size_t n, off_t at, struct dint_error *err)
{
	const uint8_t *from = bytes;

	while (n) {
		ssize_t wrote = pwrite(fd, from, n, at);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return dint_fail_errno(err, "console file");
		from += wrote;
		at += wrote;
		n -= (size_t)wrote;
	}
	return true;
}

static bool write_ring(int fd, const uint8_t *bytes, size_t n, uint64_t at, struct dint_error *err)
{
	size_t place = at % CONSOLE_RING_BYTES;
	size_t first = n < CONSOLE_RING_BYTES - place ? n : CONSOLE_RING_BYTES - place;

	return write_at(fd, bytes, first, HEAD_SIZE + (off_t)place, err) &&
	       write_at(fd, bytes + first, n - first, HEAD_SIZE, err);
}

bool console_file_add(struct console_file *f, const uint8_t *bytes, size_t n, uint64_t at,
		      uint64_t now_us, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer head = {0};
	size_t skip = n > CONSOLE_RING_BYTES ? n - CONSOLE_RING_BYTES : 0;

	buffer_add(&head, MAGIC, MAGIC_SIZE);
	buffer_add_u64(&head, at + n);
	buffer_add_u64(&head, now_us);
	f->last_us = now_us;
	return write_ring(f->fd, bytes + skip, n - skip, at + skip, err) &&
	       write_at(f->fd, head.bytes, head.size, 0, err);
}

/* The ring's bytes in their order into to; how many there are. */
static size_t unroll(struct cursor *c, uint64_t seen, uint8_t to[CONSOLE_RING_BYTES])
{
	const uint8_t *ring = cursor_bytes(c, cursor_left(c));
	size_t have = c->size - HEAD_SIZE;
	size_t n = seen < CONSOLE_RING_BYTES ? seen : CONSOLE_RING_BYTES;

	for (size_t i = 0; i < n; i++) {
		size_t place = (seen - n + i) % CONSOLE_RING_BYTES;

		to[i] = place < have ? ring[place] : 0;
	}
	return n;
}

static void restore(struct console_file *f, struct console *console, const struct buffer *content)
{
	struct cursor c = cursor_over(content->bytes, content->size);
	const uint8_t *magic = cursor_bytes(&c, MAGIC_SIZE);
	uint64_t seen = cursor_u64(&c), last_us = cursor_u64(&c);
	CLEANUP(free_ptr) uint8_t *bytes = NULL;

	if (!cursor_ok(&c) || memcmp(magic, MAGIC, MAGIC_SIZE) || seen > INT64_MAX)
		return;
	bytes = xmalloc(CONSOLE_RING_BYTES);
	console_restore(console, bytes, unroll(&c, seen, bytes), seen);
	f->last_us = last_us;
}

bool console_file_open(const char *state_dir, const char *machine, struct console *console,
		       struct console_file **out, struct dint_error *err)
{
	CLEANUP(free_ptr) char *folder = xasprintf("%s/consoles", state_dir);
	CLEANUP(free_ptr) char *path = xasprintf("%s/%s", folder, machine);
	CLEANUP(buffer_done) struct buffer content = {0};
	struct console_file *f;
	int fd;

	if (!io_make_directories(folder, err))
		return false;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return dint_fail_errno(err, "%s", path);
	f = xcalloc(1, sizeof(*f));
	f->fd = fd;
	if (io_read_file(path, HEAD_SIZE + CONSOLE_RING_BYTES, &content, err))
		restore(f, console, &content);
	*out = f;
	return true;
}

void console_file_close(struct console_file *f)
{
	if (!f)
		return;
	close(f->fd);
	free(f);
}

uint64_t console_file_last_us(const struct console_file *f)
{
	return f->last_us;
}
