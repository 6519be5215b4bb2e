/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A flattened file: what makedumpfile -F and QEMU write into a pipe, a log of writes.
 *
 *	4096 bytes: "makedumpfile" in 16, i64 type (1), i64 version (1), zeros
 *	then records: i64 offset, i64 size, the bytes to write there
 *	the end: offset -1, size -1
 *
 * All numbers are big-endian. Records come in any order; where they overlap the later one wins,
 *byte by byte; what no record writes is zero. (makedumpfile's IMPLEMENTATION file;
 *rearrange_dumpdata)
 */
#pragma once
#include "dump/formats.h"

#define FLATTENED_HEADER_BYTES 4096

/* A QEMU dump of a guest of 1 TiB has about so many records of 16 KiB; an index of 384 MiB. */
#define FLATTENED_RECORDS_MAX ((size_t)1 << 24)
/* The plain file may not be larger than this, so that no sum of offset and size overflows. */
#define FLATTENED_PLAIN_MAX ((uint64_t)1 << 56)

extern const struct dump_format format_flattened;

/* Reads the records' headers, once, and gives the file its extents. A file that ends within a
 * record keeps what is there of it and is marked cut. */
bool flattened_index(struct dump_file *file, struct dint_error *err);
