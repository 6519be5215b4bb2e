/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What reading a dump takes from this machine: libraries, and for a compressed file a place to
 * unpack it. All of it is taken before the sandbox's door closes, by a look at magics, the header's
 * status and the first page descriptors, and nothing more of the dump.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/library.h"
#include "dump/codecs.h"
#include "dump/container.h"

struct dump_tools {
	struct codec_libraries codecs;
	struct container_tools container;
};

/* Takes what the dump behind the descriptors (the parts of a split one) needs. A library that
 * cannot be had is no error yet; DINT_SYSTEM when there is no place to unpack a compressed file. */
bool dump_tools_take(const int *fds, size_t n, struct dump_tools *tools, struct dint_error *err);
void dump_tools_done(struct dump_tools *tools);
