/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Searching the kernel's image for what no symbol leads to. */
#pragma once
#include "kernel/kernel.h"

#define IMAGE_PATTERN_MAX 64 /* bytes */

/* Judges a place where the pattern is; true ends the search. */
typedef bool image_judge(void *context, kva_t at);

/* Looks through the image, from its data downwards (read-only data, text) and then upwards, until
 * judge takes a hit. DINT_NOT_FOUND: nowhere. Pages that are not in the dump are passed over. */
bool image_search(const struct kernel *kernel, const void *pattern, size_t n, image_judge *judge,
		  void *context, struct dint_error *err);
