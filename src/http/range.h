/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The header Range, as far as it is of use: one piece of bytes. */
#pragma once
#include <stdint.h>

enum http_range {
	RANGE_WHOLE,  /* no header, another unit, several pieces, or not of its form: all is sent */
	RANGE_PIECE,  /* size bytes from offset on */
	RANGE_BEHIND, /* nothing of it is there: 416 */
};

/* header may be NULL; size is the whole's. */
enum http_range http_range_read(const char *header, uint64_t whole, uint64_t *offset,
				uint64_t *size);
