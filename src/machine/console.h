/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine's serial console, read always and at once: QEMU stops the guest when a client that is
 * connected does not read (after some 280 bytes, while QMP goes on saying "running"). So one
 * program, this one, holds the socket, and people look at what it keeps.
 *
 * QEMU keeps nothing for a client that connects later, and serves one client at a time.
 */
#pragma once
#include <systemd/sd-event.h>

#include "base/error.h"
#include "machine/console_text.h"

struct console;

/* Called out of the event loop; each may be NULL; none may close. */
struct console_handlers {
	console_line_fn *line;
	/* The same bytes before they are lines, and their offset from the first ever. */
	void (*bytes)(void *arg, const uint8_t *bytes, size_t n, uint64_t at);
	void (*connected)(void *arg);
	void (*disconnected)(void *arg, const struct dint_error *why);
};

/* As port_open, on which it stands. */
bool console_open(sd_event *loop, const char *address, const struct console_handlers *handlers,
		  void *arg, struct console **console, struct dint_error *err);
void console_close(struct console *console);

bool console_is_connected(const struct console *console);
/* Bytes ever read, also before a restart when they were restored. */
uint64_t console_seen(const struct console *console);
/* console_text_restore and console_text_copy, on what this console keeps. */
void console_restore(struct console *console, const uint8_t *bytes, size_t n, uint64_t seen);
size_t console_copy(const struct console *console, uint64_t *from, void *to, size_t n);
/* Types at the machine; DINT_LIMIT when it does not take it, DINT_UNREACHABLE. */
bool console_write(struct console *console, const void *bytes, size_t n, struct dint_error *err);
