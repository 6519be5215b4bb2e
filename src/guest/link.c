/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/link.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "guest/facts.h"

#define WRITE_BYTES_MAX 32768 /* more a virtio port does not take at once */
#define READ_BYTES	16384

#define OPEN_FIRST_MS  100
#define OPEN_MOST_MS   10000
#define LOOK_FIRST_MS  20 /* a port says POLLHUP for a moment after its host has come */
#define LOOK_MOST_MS   5000
#define WRITE_FIRST_MS 5
#define WRITE_MOST_MS  500

static void read_clock(struct guest_link *link)
{
	link->now_ms = link->options->clock->monotonic_us(link->options->clock) / 1000;
}

bool guest_link_init(struct guest_link *link, const struct guest_options *options,
		     enum channel_role role, struct dint_error *err)
{
	struct channel_hello hello = {.role = role};

	*link = (struct guest_link){
		.options = options,
		.port.fd = -1,
		.epoll_fd = epoll_create1(EPOLL_CLOEXEC),
		.open_pause_ms = OPEN_FIRST_MS,
		.look_pause_ms = LOOK_FIRST_MS,
		.write_pause_ms = WRITE_FIRST_MS,
	};
	if (link->epoll_fd < 0)
		return dint_fail_errno(err, "epoll");
	signal(SIGPIPE, SIG_IGN);
	guest_fact_unique(options, &hello.nonce, sizeof(hello.nonce));
	guest_fact_boot_id(options, hello.boot_id);
	snprintf(hello.version, sizeof(hello.version), "%s", DINT_VERSION);
	link->channel = channel_guest_new(&hello);
	read_clock(link);
	return true;
}

void guest_link_done(struct guest_link *link)
{
	guest_port_close(&link->port);
	channel_guest_free(link->channel);
	close_fd(&link->epoll_fd);
}

static void close_port(struct guest_link *link)
{
	guest_port_close(&link->port);
	link->interrupted = true;
	link->open_pause_ms = 2 * OPEN_FIRST_MS;
	link->open_ms = link->now_ms + link->open_pause_ms;
}

static void begin(struct guest_link *link)
{
	link->interrupted = true;
	link->write_ms = 0;
	channel_guest_begin(link->channel, link->now_ms);
}

static void open_port(struct guest_link *link)
{
	struct epoll_event watch = {.events = EPOLLIN | EPOLLOUT | EPOLLET};

	if (!guest_port_open(link->options, &link->port, &link->no_port)) {
		if (!link->told_no_port)
			log_warning("%s; still looking", link->no_port.message);
		link->told_no_port = true;
		link->open_pause_ms = guest_earlier(2 * link->open_pause_ms, OPEN_MOST_MS);
		link->open_ms = link->now_ms + link->open_pause_ms;
		return;
	}
	link->told_no_port = false;
	link->open_pause_ms = 2 * OPEN_FIRST_MS;
	link->look_pause_ms = LOOK_FIRST_MS;
	watch.data.fd = link->port.fd;
	epoll_ctl(link->epoll_fd, EPOLL_CTL_ADD, link->port.fd, &watch);
	if (link->port.connected)
		begin(link);
}

bool guest_link_look(struct guest_link *link)
{
	bool was_connected = link->port.connected;

	if (link->port.fd < 0) {
		if (link->now_ms >= link->open_ms)
			open_port(link);
		return link->port.connected;
	}
	guest_port_look(&link->port);
	if (link->port.connected && !was_connected)
		begin(link);
	if (link->port.connected) {
		link->look_pause_ms = LOOK_FIRST_MS;
		return true;
	}
	link->interrupted |= was_connected;
	if (link->now_ms >= link->look_ms) {
		link->look_ms = link->now_ms + link->look_pause_ms;
		link->look_pause_ms = guest_earlier(2 * link->look_pause_ms, LOOK_MOST_MS);
	}
	return false;
}

bool guest_link_read(struct guest_link *link)
{
	uint8_t bytes[READ_BYTES];
	size_t n = 0;

	if (link->port.fd < 0)
		return false;
	switch (guest_port_read(&link->port, bytes, sizeof(bytes), &n)) {
	case GUEST_MOVED:
		link->heard_ms = link->now_ms;
		channel_guest_feed(link->channel, bytes, n, link->now_ms);
		return true;
	case GUEST_BROKEN:
		close_port(link);
		return false;
	case GUEST_NOBODY:
		link->interrupted = true;
		return false;
	case GUEST_WOULD_BLOCK:
		break;
	}
	return false;
}

bool guest_link_write(struct guest_link *link)
{
	struct buffer *out = channel_guest_output(link->channel);
	size_t size = out->size < WRITE_BYTES_MAX ? out->size : WRITE_BYTES_MAX;
	size_t n = 0;

	if (!size)
		return true;
	if (link->port.fd < 0 || link->now_ms < link->write_ms)
		return false;
	switch (guest_port_write(&link->port, out->bytes, size, &n)) {
	case GUEST_MOVED:
		buffer_drop(out, n);
		link->write_ms = 0;
		link->write_pause_ms = WRITE_FIRST_MS;
		return true;
	case GUEST_BROKEN:
		close_port(link);
		return false;
	case GUEST_NOBODY:
	case GUEST_WOULD_BLOCK:
		break;
	}
	link->write_ms = link->now_ms + link->write_pause_ms;
	link->write_pause_ms = guest_earlier(2 * link->write_pause_ms, WRITE_MOST_MS);
	return false;
}

uint64_t guest_link_due(const struct guest_link *link)
{
	if (link->port.fd < 0)
		return link->open_ms;
	if (!link->port.connected)
		return link->look_ms;
	return link->write_ms ? link->write_ms : UINT64_MAX;
}

bool guest_link_wait(struct guest_link *link, uint64_t until_ms, struct dint_error *err)
{
	struct epoll_event woken[4];
	uint64_t left_ms;
	int n;

	read_clock(link);
	left_ms = until_ms > link->now_ms ? until_ms - link->now_ms : 0;
	n = epoll_wait(link->epoll_fd, woken, 4, guest_earlier(left_ms, 3600 * 1000));
	if (n < 0 && errno != EINTR)
		return dint_fail_errno(err, "epoll");
	for (int i = 0; i < n; i++)
		if (woken[i].data.fd == link->port.fd)
			link->write_ms = 0;
	read_clock(link);
	return true;
}
