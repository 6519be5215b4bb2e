/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtio-serial port, as it really behaves (Linux drivers/char/virtio_console.c):
 *
 *   nobody at the host's end   poll says POLLIN|POLLHUP always, read 0 at once, write EAGAIN
 *   somebody who does not read poll says POLLOUT though write says EAGAIN
 *   room again, after EAGAIN   nothing wakes us: the queue out has no interrupt
 *   the host comes or goes     wakes poll; the descriptor stays good
 *
 * So it is watched edge-triggered (a level would spin on POLLHUP and on POLLOUT) and a write that
 * found no room is tried again after a while. For tests a UNIX socket may stand in its place; that
 * is closed for good when its peer has gone.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "guest/guest.h"

struct guest_port {
	int fd; /* -1 while there is none */
	bool is_socket;
	bool connected; /* somebody is at the host's end, as far as can be known */
};

enum guest_transfer {
	GUEST_MOVED, /* *n bytes */
	GUEST_WOULD_BLOCK,
	GUEST_NOBODY, /* the host's end is closed */
	GUEST_BROKEN, /* the descriptor is of no more use */
};

/* Finds and opens it; DINT_NOT_FOUND while there is none, DINT_CONFLICT while another has it. */
bool guest_port_open(const struct guest_options *options, struct guest_port *port,
		     struct dint_error *err);
void guest_port_close(struct guest_port *port);
/* Learns whether somebody is there now. */
void guest_port_look(struct guest_port *port);
enum guest_transfer guest_port_read(struct guest_port *port, void *to, size_t size, size_t *n);
enum guest_transfer guest_port_write(struct guest_port *port, const void *from, size_t size,
				     size_t *n);
