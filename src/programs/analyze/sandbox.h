/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door that closes before a dump is looked into: no file, socket or process can be opened, no
 * library loaded, no memory made executable, and time and memory have an end. A dump is a
 * stranger's data, and this program parses it.
 *
 * Builds with sanitizers have a profile of their own, which forbids what a program must not do in
 * place of allowing what it may: the sanitizers' runtime needs more.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "dump/container.h"

#define SANDBOX_DATA_BYTES ((unsigned long)2 << 30)
#define SANDBOX_FILE_BYTES ((unsigned long)4 << 30)
/* Who unpacks a whole file first may take longer, and writes more. */
#define SANDBOX_CPU_SECONDS    120
#define SANDBOX_WALL_SECONDS   300
#define SANDBOX_UNPACK_SECONDS 3600
#define SANDBOX_UNPACK_BYTES   CONTAINER_BYTES_MAX

/* Whether this build has the sanitizers' profile. */
bool sandbox_is_lenient(void);

/* Closes every descriptor but the first three and those to keep (SANDBOX_KEEP_MAX at most), and the
 * door. */
#define SANDBOX_KEEP_MAX 80
enum sandbox_bounds {
	SANDBOX_ANSWERS,
	SANDBOX_UNPACKS,
	SANDBOX_COPIES, /* a dump: no limit on time, nor on what is written */
};
bool sandbox_enter(const int *keep, size_t n, enum sandbox_bounds bounds, struct dint_error *err);
