/* SPDX-License-Identifier: MIT */
/* CRC-32C (Castagnoli; RFC 3720 appendix B.4), the sum over each frame of the channel. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* The sum of n bytes; pass the sum of what came before to go on, 0 to start. */
uint32_t crc32c(uint32_t before, const void *bytes, size_t n);
