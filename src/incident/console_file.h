/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A console's last 64 KiB on disk, so that a restart of dintd loses none: STATE/consoles/MACHINE.
 *
 *	"dintcon1"  seen u64  last_us u64  | ring of CONSOLE_RING_BYTES, byte n at n modulo its size
 *
 * Each piece is written when it comes, the ring before the count: whatever kills dintd, what the
 * count covers is there. It is not synced: the machine outlives dintd, not the host.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct console;
struct console_file;

/* Opens or makes it and gives the console what it holds. A file that is none of ours is begun anew.
 */
bool console_file_open(const char *state_dir, const char *machine, struct console *console,
		       struct console_file **file, struct dint_error *err);
void console_file_close(struct console_file *file);
/* n bytes, the first of which is number at. DINT_LIMIT, DINT_SYSTEM. */
bool console_file_add(struct console_file *file, const uint8_t *bytes, size_t n, uint64_t at,
		      uint64_t now_us, struct dint_error *err);
/* When its last byte came, wall clock; 0: none ever did. */
uint64_t console_file_last_us(const struct console_file *file);
