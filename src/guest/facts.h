/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What /proc and /sys say, below a root that a test may choose. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest/guest.h"

#define GUEST_PATH_MAX 4096

/* root and path in one; a path that does not fit is cut, and then not found. */
void guest_path(const struct guest_options *options, const char *path, char full[GUEST_PATH_MAX]);
/* The first line, without its end; false when there is none. */
bool guest_fact_text(const struct guest_options *options, const char *path, char *text, size_t n);
/* The number that a file begins with; false when there is no such file or number. */
bool guest_fact_number(const struct guest_options *options, const char *path, uint64_t *value);
/* MemTotal of /proc/meminfo in bytes; 0 when not known. */
uint64_t guest_fact_memory(const struct guest_options *options);
/* The boot's id as 16 bytes; zeros when not known. */
void guest_fact_boot_id(const struct guest_options *options, uint8_t id[16]);
/* Bytes that nobody else has, at once: random, or, before the kernel's pool is ready, made of the
 * boot's id and the times. For nonces and ids, not for secrets. */
void guest_fact_unique(const struct guest_options *options, void *bytes, size_t n);
