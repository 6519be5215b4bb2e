/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection to a stream socket that is always made anew: bytes in, bytes out. The host's end of
 * a virtio-serial port, of a console, of a monitor.
 *
 * Attempts are PORT_BACKOFF_FIRST_MS apart, doubling up to PORT_BACKOFF_MOST_MS, each with some
 * jitter, so that a restarted host is not stormed. A UNIX socket of QEMU takes a second client
 * without a word and lets it wait: whether a connection is worth something shows when bytes come.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "base/error.h"

#define PORT_BACKOFF_FIRST_MS 100
#define PORT_BACKOFF_MOST_MS  10000
#define PORT_CONNECT_MS	      5000
#define PORT_READ_BYTES	      65536		/* most that one call of bytes() gets */
#define PORT_QUEUE_BYTES      ((size_t)1 << 20) /* written and not yet taken by the peer */

struct port;

/* Called out of the event loop; none but bytes must be there. They may write, pause and drop, and
 * must not close. */
struct port_handlers {
	void (*connected)(void *arg);
	/* A connection ended, or an attempt failed: always DINT_UNREACHABLE, with the reason. */
	void (*disconnected)(void *arg, const struct dint_error *why);
	void (*bytes)(void *arg, const uint8_t *bytes, size_t n);
	/* Everything queued has been taken. */
	void (*drained)(void *arg);
};

/* The address is as in machine/address.h; DINT_BAD_REQUEST when it is none. handlers and arg live
 * until port_close. The first attempt comes out of the loop. */
bool port_open(sd_event *loop, const char *address, const struct port_handlers *handlers, void *arg,
	       struct port **port, struct dint_error *err);
/* Calls no handler. */
void port_close(struct port *port);

bool port_is_connected(const struct port *port);

/* All n bytes or none into the queue: DINT_LIMIT when it is full (wait for drained),
 * DINT_UNREACHABLE when not connected. What is queued when a connection ends is forgotten. */
bool port_write(struct port *port, const void *bytes, size_t n, struct dint_error *err);
size_t port_queued(const struct port *port);

/* Now or never, past the queue, which must be empty: how many bytes left, or -1 with err when none
 * did. A descriptor of 0 or more goes along (SCM_RIGHTS). */
ssize_t port_send(struct port *port, const void *bytes, size_t n, int fd, struct dint_error *err);

/* While paused nothing is read: the peer, in the end the guest, waits. */
void port_pause(struct port *port);
void port_resume(struct port *port);

/* Ends the connection for a reason of the caller's, which disconnected() is told before this
 * returns; it is made anew as ever. */
void port_drop(struct port *port, const struct dint_error *why);
