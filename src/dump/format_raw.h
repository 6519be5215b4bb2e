/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Raw images of memory; format_raw.c has the layouts. */
#pragma once
#include "dump/formats.h"

/* Smaller ones hold no kernel. */
#define RAW_BYTES_MIN (16 * MIB)

extern const struct dump_format format_raw;

/* Whether a file may be one: nothing in it says so. */
bool raw_is_possible(const struct dump_file *file);
/* Lays the image out in the way of that number; false when there are no more. */
bool raw_lay_out(struct dump *dump, unsigned number);
