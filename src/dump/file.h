/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of a dump file in their plain order. A plain file is mapped as it lies; of one that
 * came through a pipe (flattened.h) an index of its records is kept, and nothing is copied.
 *
 * The mapping is not guarded: when somebody cuts the file while we read, SIGBUS ends the process.
 * That is why dumps are looked into by a process of their own.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Bytes that are at target in plain order and at source in the file. */
struct extent {
	uint64_t target;
	uint64_t source;
	uint64_t size;
};

struct dump_file {
	const uint8_t *map; /* the file as it lies */
	uint64_t map_size;
	uint64_t size;		/* bytes in plain order */
	struct extent *extents; /* ascending, apart from each other; NULL: the file is plain */
	size_t n_extents;
	bool cut; /* the transfer ended early: bytes in no extent may have been something */
};

/* Maps the file behind fd, which stays the caller's. DINT_BAD_REQUEST when it is no file. */
bool dump_file_open(int fd, struct dump_file *file, struct dint_error *err);
void dump_file_done(struct dump_file *file);

/* Copies n bytes from an offset in plain order, zeros where nothing was written. Returns how many
 * there were before the end of the file; the rest of to is zeroed. */
size_t dump_file_read(const struct dump_file *file, uint64_t at, void *to, size_t n);
/* n bytes in one piece, valid while the file is open: in the mapping where they lie together there,
 * else gathered into scratch (n bytes). NULL when the file ends before. */
const uint8_t *dump_file_bytes(const struct dump_file *file, uint64_t at, size_t n, void *scratch);
/* Whether the byte was written by anyone; false in holes and behind the end. */
bool dump_file_has(const struct dump_file *file, uint64_t at);

/* Writes all bytes in plain order; holes stay holes where fd is a file that can have them. */
bool dump_file_write_plain(const struct dump_file *file, int fd, struct dint_error *err);
