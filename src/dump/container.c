/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unpacking by libarchive's raw reader and its filters (archive.h, libarchive 3). */
#include "dump/container.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/io.h"

#define CHUNK_BYTES ((size_t)1 * MIB)
#define ARCHIVE_OK  0
#define FILTER_NONE 0

enum { NEW, FREE, RAW, GZIP, XZ, ZSTD, BZIP2, LZ4, OPEN, NEXT_HEADER, READ, FILTER, ERROR };

static const struct library_name archive_name = {
	"libarchive.so.13",
	"libarchive13",
	{"archive_read_new", "archive_read_free", "archive_read_support_format_raw",
	 "archive_read_support_filter_gzip", "archive_read_support_filter_xz",
	 "archive_read_support_filter_zstd", "archive_read_support_filter_bzip2",
	 "archive_read_support_filter_lz4", "archive_read_open_memory", "archive_read_next_header",
	 "archive_read_data", "archive_filter_code", "archive_error_string"},
};

typedef void *archive_new(void);
typedef int archive_step(void *archive);
typedef int archive_open(void *archive, const void *bytes, size_t n);
typedef int archive_next(void *archive, void **entry);
typedef ssize_t archive_read(void *archive, void *to, size_t n);
typedef int archive_filter(void *archive, int number);
typedef const char *archive_text(void *archive);

static const struct {
	const char *magic;
	size_t n;
	const char *name;
} packers[] = {
	/* clang-format off */
	{"\x1f\x8b", 2, "gzip"},
	{"\xfd" "7zXZ", 6, "xz"},
	{"\x28\xb5\x2f\xfd", 4, "zstd"},
	{"BZh", 3, "bzip2"},
	{"\x04\x22\x4d\x18", 4, "lz4"},
	/* clang-format on */
};

const char *container_recognise(const uint8_t *head, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(packers); i++)
		if (n >= packers[i].n && memcmp(head, packers[i].magic, packers[i].n) == 0)
			return packers[i].name;
	return NULL;
}

static int open_spool(void)
{
	const char *places[] = {getenv("TMPDIR"), "/var/tmp", "/tmp"};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		int fd = places[i] ? open(places[i], O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600)
				   : -1;

		if (fd >= 0)
			return fd;
	}
	return -1;
}

bool container_prepare(struct container_tools *tools, struct dint_error *err)
{
	if (tools->spool_fd >= 0)
		return true;
	if (!library_load(&archive_name, &tools->archive, err))
		return dint_within(err, "compressed as a whole");
	tools->spool_fd = open_spool();
	if (tools->spool_fd < 0)
		return dint_fail_errno(err, "a place to unpack it in ($TMPDIR, /var/tmp, /tmp)");
	return true;
}

void container_done(struct container_tools *tools)
{
	if (tools->spool_fd >= 0)
		close(tools->spool_fd);
	tools->spool_fd = -1;
	library_unload(&tools->archive);
}

/* libarchive's calls, by the tools' library. */
struct reader {
	const struct library *library;
	void *archive;
};

static void reader_done(struct reader *reader)
{
	if (reader->archive)
		((archive_step *)reader->library->symbols[FREE])(reader->archive);
}

static bool reader_fail(const struct reader *reader, struct dint_error *err)
{
	const char *why = ((archive_text *)reader->library->symbols[ERROR])(reader->archive);

	return dint_fail(err, DINT_CORRUPT, "unpacking: %s", why ? why : "no reason given");
}

static bool reader_open(struct reader *reader, const uint8_t *bytes, size_t n,
			struct dint_error *err)
{
	void *const *calls = reader->library->symbols;
	void *entry = NULL;

	reader->archive = ((archive_new *)calls[NEW])();
	if (!reader->archive)
		return dint_fail(err, DINT_SYSTEM, "libarchive: out of memory");
	for (unsigned i = RAW; i <= LZ4; i++)
		if (((archive_step *)calls[i])(reader->archive) != ARCHIVE_OK)
			return reader_fail(reader, err);
	if (((archive_open *)calls[OPEN])(reader->archive, bytes, n) != ARCHIVE_OK ||
	    ((archive_next *)calls[NEXT_HEADER])(reader->archive, &entry) != ARCHIVE_OK)
		return reader_fail(reader, err);
	if (((archive_filter *)calls[FILTER])(reader->archive, 0) == FILTER_NONE)
		return dint_fail(err, DINT_CORRUPT, "the compressed stream's header is broken");
	return true;
}

bool container_unpack(const struct container_tools *tools, const uint8_t *bytes, size_t n,
		      bool *cut, struct dint_error *err)
{
	CLEANUP(reader_done) struct reader reader = {.library = &tools->archive};
	CLEANUP(free_ptr) uint8_t *chunk = xmalloc(CHUNK_BYTES);
	uint64_t total = 0;
	ssize_t got = 0;

	*cut = false;
	if (tools->spool_fd < 0)
		return dint_fail(err, DINT_UNSUPPORTED, "compressed, within another one");
	if (!reader_open(&reader, bytes, n, err))
		return false;
	while ((got = ((archive_read *)reader.library->symbols[READ])(reader.archive, chunk,
								      CHUNK_BYTES)) > 0) {
		total += (uint64_t)got;
		if (total > CONTAINER_BYTES_MAX)
			return dint_fail(err, DINT_CORRUPT, "unpacks to more than %" PRIu64 " GiB",
					 CONTAINER_BYTES_MAX / GIB);
		if (!io_write_all(tools->spool_fd, chunk, (size_t)got, err))
			return dint_within(err, "unpacking: after %" PRIu64 " bytes", total);
	}
	*cut = got < 0;
	if (total == 0 && *cut)
		return reader_fail(&reader, err);
	if (total == 0)
		return dint_fail(err, DINT_CORRUPT, "there is nothing in it");
	return true;
}
