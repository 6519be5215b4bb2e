/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bits for ids: unique without asking anybody. */
#pragma once
#include <stddef.h>

/* At most 256 bytes, which the kernel gives whole. */
void random_fill(void *to, size_t n);
