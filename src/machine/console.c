/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A port that is never paused, and the text that came out of it. */
#include "machine/console.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "machine/port.h"

struct console {
	struct port *port;
	const struct console_handlers *handlers;
	void *arg;
	struct console_text text;
};

static void on_bytes(void *arg, const uint8_t *bytes, size_t n)
{
	struct console *console = arg;
	uint64_t at = console->text.seen;

	if (console->handlers->bytes)
		console->handlers->bytes(console->arg, bytes, n, at);
	console_text_add(&console->text, bytes, n, console->handlers->line, console->arg);
}

static void on_connected(void *arg)
{
	struct console *console = arg;

	if (console->handlers->connected)
		console->handlers->connected(console->arg);
}

static void on_disconnected(void *arg, const struct dint_error *why)
{
	struct console *console = arg;

	if (console->handlers->disconnected)
		console->handlers->disconnected(console->arg, why);
}

static const struct port_handlers port_handlers = {
	.connected = on_connected,
	.disconnected = on_disconnected,
	.bytes = on_bytes,
};

bool console_open(sd_event *loop, const char *address, const struct console_handlers *handlers,
		  void *arg, struct console **console, struct dint_error *err)
{
	struct console *made = xcalloc(1, sizeof(*made));

	made->handlers = handlers;
	made->arg = arg;
	if (!port_open(loop, address, &port_handlers, made, &made->port, err)) {
		free(made);
		return false;
	}
	*console = made;
	return true;
}

void console_close(struct console *console)
{
	if (!console)
		return;
	port_close(console->port);
	free(console);
}

bool console_is_connected(const struct console *console)
{
	return port_is_connected(console->port);
}

uint64_t console_seen(const struct console *console)
{
	return console->text.seen;
}

void console_restore(struct console *console, const uint8_t *bytes, size_t n, uint64_t seen)
{
	console_text_restore(&console->text, bytes, n, seen);
}

size_t console_copy(const struct console *console, uint64_t *from, void *to, size_t n)
{
	return console_text_copy(&console->text, from, to, n);
}

bool console_write(struct console *console, const void *bytes, size_t n, struct dint_error *err)
{
	return port_write(console->port, bytes, n, err);
}
