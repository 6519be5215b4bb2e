/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file in its plain order: what makedumpfile -R makes of a flattened one, byte for byte. */
#pragma once
#include <stdbool.h>

#include "base/error.h"

/* Reads from a file, writes to any descriptor; a file that is not flattened is copied. *cut: the
 * transfer of the flattened file had ended early, and so does the plain one. */
bool dump_write_plain(int from, int to, bool *cut, struct dint_error *err);
