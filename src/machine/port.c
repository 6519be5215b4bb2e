/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connecting, reading and writing on the event loop; waiting → connecting → connected → waiting. */
#include "machine/port.h"

#include <assert.h>
#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "machine/address.h"

#define TIMER_ACCURACY_US 1000

enum port_state { PORT_WAITING, PORT_CONNECTING, PORT_CONNECTED };

struct port {
	sd_event *loop;
	char *address;
	const struct port_handlers *handlers;
	void *arg;
	enum port_state state;
	int fd;
	sd_event_source *io;
	sd_event_source *timer; /* the next attempt, or the end of this one */
	unsigned backoff_ms;	/* before the next attempt */
	uint64_t connected_us;	/* monotonic */
	struct buffer queue;
	bool paused;
};

static uint64_t now_us(const struct port *port)
{
	uint64_t now = 0;

	sd_event_now(port->loop, CLOCK_MONOTONIC, &now);
	return now;
}

/* Between three quarters and five quarters of it. */
static uint64_t with_jitter_us(unsigned delay_ms)
{
	uint16_t chance = 0;
	uint64_t delay_us = (uint64_t)delay_ms * 1000;

	if (getrandom(&chance, sizeof(chance), GRND_NONBLOCK) < 0)
		chance = UINT16_MAX / 2;
	return delay_us * 3 / 4 + delay_us / 2 * chance / UINT16_MAX;
}

static void set_timer(struct port *port, uint64_t delay_us)
{
	sd_event_source_set_time_relative(port->timer, delay_us);
	sd_event_source_set_enabled(port->timer, SD_EVENT_ONESHOT);
}

static void end_connection(struct port *port)
{
	/* One that held for long was a good one: its loss starts the waiting anew. */
	if (port->state == PORT_CONNECTED &&
	    now_us(port) - port->connected_us > (uint64_t)PORT_BACKOFF_MOST_MS * 1000)
		port->backoff_ms = PORT_BACKOFF_FIRST_MS;
	port->io = sd_event_source_disable_unref(port->io);
	close_fd(&port->fd);
	buffer_done(&port->queue);
	port->state = PORT_WAITING;
	set_timer(port, with_jitter_us(port->backoff_ms));
	port->backoff_ms *= 2;
	if (port->backoff_ms > PORT_BACKOFF_MOST_MS)
		port->backoff_ms = PORT_BACKOFF_MOST_MS;
}

void port_drop(struct port *port, const struct dint_error *why)
{
	struct dint_error reason = *why; /* the caller's may lie in what ends here */

	if (port->state == PORT_WAITING)
		return;
	end_connection(port);
	reason.code = DINT_UNREACHABLE;
	if (port->handlers->disconnected)
		port->handlers->disconnected(port->arg, &reason);
}

static void drop_errno(struct port *port, const char *what)
{
	struct dint_error err;

	dint_error_errno(&err, "%s: %s", port->address, what);
	port_drop(port, &err);
}

/* With nothing to wait for the source is off: epoll would go on telling of a hang-up. */
static void set_interest(struct port *port)
{
	uint32_t events = (port->paused ? 0 : EPOLLIN) | (port->queue.size ? EPOLLOUT : 0);

	if (port->state != PORT_CONNECTED)
		return;
	sd_event_source_set_io_events(port->io, events);
	sd_event_source_set_enabled(port->io, events ? SD_EVENT_ON : SD_EVENT_OFF);
}

static void connected(struct port *port)
{
	port->state = PORT_CONNECTED;
	port->connected_us = now_us(port);
	sd_event_source_set_enabled(port->timer, SD_EVENT_OFF);
	set_interest(port);
	if (port->handlers->connected)
		port->handlers->connected(port->arg);
}

/* False when the connection is gone. */
static bool write_queued(struct port *port)
{
	ssize_t wrote;

	if (!port->queue.size)
		return true;
	wrote = send(port->fd, port->queue.bytes, port->queue.size, MSG_NOSIGNAL);
	if (wrote < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (wrote < 0) {
		drop_errno(port, "write");
		return false;
	}
	buffer_drop(&port->queue, wrote);
	set_interest(port);
	if (!port->queue.size && port->handlers->drained)
		port->handlers->drained(port->arg);
	return port->state == PORT_CONNECTED;
}

static void read_some(struct port *port)
{
	uint8_t bytes[PORT_READ_BYTES];
	struct dint_error err;
	ssize_t got = recv(port->fd, bytes, sizeof(bytes), 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got < 0) {
		drop_errno(port, "read");
	} else if (!got) {
		dint_error_set(&err, DINT_UNREACHABLE, "%s: the peer closed the connection",
			       port->address);
		port_drop(port, &err);
	} else {
		port->handlers->bytes(port->arg, bytes, got);
	}
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *arg)
{
	struct port *port = arg;
	struct dint_error err;

	(void)source;
	if (port->state == PORT_CONNECTING) {
		if (!address_connected(fd, port->address, &err))
			port_drop(port, &err);
		else
			connected(port);
		return 0;
	}
	if (!write_queued(port))
		return 0;
	if (!port->paused && (revents & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		read_some(port);
	return 0;
}

static void attempt(struct port *port)
{
	struct dint_error err;

	port->state = PORT_CONNECTING;
	port->fd = address_connect(port->address, &err);
	if (port->fd < 0) {
		port_drop(port, &err);
		return;
	}
	if (sd_event_add_io(port->loop, &port->io, port->fd, EPOLLOUT, on_io, port) < 0) {
		drop_errno(port, "event loop");
		return;
	}
	set_timer(port, (uint64_t)PORT_CONNECT_MS * 1000);
}

static int on_timer(sd_event_source *source, uint64_t when, void *arg)
{
	struct port *port = arg;
	struct dint_error err;

	(void)source;
	(void)when;
	if (port->state == PORT_WAITING) {
		attempt(port);
	} else if (port->state == PORT_CONNECTING) {
		dint_error_set(&err, DINT_UNREACHABLE, "%s: no connection within %d s",
			       port->address, PORT_CONNECT_MS / 1000);
		port_drop(port, &err);
	}
	return 0;
}

bool port_open(sd_event *loop, const char *address, const struct port_handlers *handlers, void *arg,
	       struct port **port, struct dint_error *err)
{
	struct port *made;
	int result;

	if (!address_check(address, err))
		return false;
	made = xcalloc(1, sizeof(*made));
	made->loop = sd_event_ref(loop);
	made->address = xstrdup(address);
	made->handlers = handlers;
	made->arg = arg;
	made->fd = -1;
	made->backoff_ms = PORT_BACKOFF_FIRST_MS;
	result = sd_event_add_time_relative(loop, &made->timer, CLOCK_MONOTONIC, 0,
					    TIMER_ACCURACY_US, on_timer, made);
	if (result < 0) {
		port_close(made);
		return dint_fail(err, DINT_SYSTEM, "event loop: %s", strerror(-result));
	}
	*port = made;
	return true;
}

void port_close(struct port *port)
{
	if (!port)
		return;
	sd_event_source_disable_unref(port->io);
	sd_event_source_disable_unref(port->timer);
	close_fd(&port->fd);
	buffer_done(&port->queue);
	free(port->address);
	sd_event_unref(port->loop);
	free(port);
}

bool port_is_connected(const struct port *port)
{
	return port->state == PORT_CONNECTED;
}

size_t port_queued(const struct port *port)
{
	return port->queue.size;
}

static bool not_connected(const struct port *port, struct dint_error *err)
{
	return dint_fail(err, DINT_UNREACHABLE, "%s: not connected", port->address);
}

bool port_write(struct port *port, const void *bytes, size_t n, struct dint_error *err)
{
	if (port->state != PORT_CONNECTED)
		return not_connected(port, err);
	if (n > PORT_QUEUE_BYTES - port->queue.size)
		return dint_fail(err, DINT_LIMIT, "%s: %zu bytes wait for the peer already",
				 port->address, port->queue.size);
	buffer_add(&port->queue, bytes, n);
	set_interest(port);
	return true;
}

ssize_t port_send(struct port *port, const void *bytes, size_t n, int fd, struct dint_error *err)
{
	struct iovec part = {.iov_base = (void *)bytes, .iov_len = n};
	alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	ssize_t sent;

	if (port->state != PORT_CONNECTED) {
		not_connected(port, err);
		return -1;
	}
	assert(!port->queue.size);
	if (fd >= 0) {
		struct cmsghdr *header = (struct cmsghdr *)control;

		message.msg_control = control;
		message.msg_controllen = sizeof(control);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	}
	sent = sendmsg(port->fd, &message, MSG_NOSIGNAL);
	if (sent < 0)
		dint_error_errno(err, "%s: write", port->address);
	return sent;
}

void port_pause(struct port *port)
{
	port->paused = true;
	set_interest(port);
}

void port_resume(struct port *port)
{
	port->paused = false;
	set_interest(port);
}
