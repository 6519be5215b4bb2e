/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole files that gzip, xz, zstd, bzip2 or lz4 packed: unpacked by libarchive into a file that has
 * no name. The library and the file are taken beforehand; unpacking is done behind the sandbox's
 * closed door, for it trusts a stranger's bytes.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/library.h"
#include "base/units.h"

/* A dump of a machine with so much memory is not packed as a whole. */
#define CONTAINER_BYTES_MAX (256 * GIB)

struct container_tools {
	struct library archive;
	int spool_fd; /* -1: none was needed */
};

/* The packer's name by the file's first bytes, NULL for none that we know. */
const char *container_recognise(const uint8_t *head, size_t n);

/* DINT_UNSUPPORTED without libarchive, DINT_SYSTEM without a place for the file ($TMPDIR, /var/tmp,
 * /tmp). Preparing twice does nothing. */
bool container_prepare(struct container_tools *tools, struct dint_error *err);
void container_done(struct container_tools *tools);

/* Unpacks a file that is in memory; a stream that ends early leaves what there was, *cut set. */
bool container_unpack(const struct container_tools *tools, const uint8_t *bytes, size_t n,
		      bool *cut, struct dint_error *err);
