/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client that asks as fast as it is answered: some connections that are kept alive, one request
 * under way on each, taken in turn from a file of requests (each after its size in bytes and a
 * newline). Prints one JSON object: requests, seconds, microseconds per request, statuses.
 *
 * usage: http-load PORT CONNECTIONS SECONDS FILE
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base.h"

#define REQUESTS_MAX 100000
#define FILE_BYTES   (256u << 20)
#define ANSWER_BYTES (1u << 20)
#define STATUSES     600
#define SLOTS	     200000 /* of 10 microseconds: latencies up to two seconds */
#define SLOT_US	     10

struct request {
	const uint8_t *bytes;
	size_t size;
};

struct connection {
	int fd;
	uint64_t sent_us;
	uint8_t *answer;
	size_t got;
};

struct load {
	struct request *requests;
	size_t request_count, next;
	struct connection *connections;
	unsigned connection_count;
	int epoll;
	uint64_t answers, statuses[STATUSES];
	uint32_t slots[SLOTS];
};

static uint64_t now_us(void)
{
	return system_clock.monotonic_us(&system_clock);
}

static void die(const char *what)
{
	fprintf(stderr, "http-load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void read_requests(struct load *load, const char *path, struct buffer *file)
{
	struct dint_error err;
	size_t at = 0;

	if (!io_read_file(path, FILE_BYTES, file, &err)) {
		fprintf(stderr, "http-load: %s\n", err.message);
		exit(1);
	}
	buffer_text(file);
	load->requests = xcalloc(REQUESTS_MAX, sizeof(*load->requests));
	while (at < file->size && load->request_count < REQUESTS_MAX) {
		char *end;
		size_t size = strtoul((char *)file->bytes + at, &end, 10);

		at = (uint8_t *)end + 1 - file->bytes;
		load->requests[load->request_count++] = (struct request){file->bytes + at, size};
		at += size;
	}
}

static void send_next(struct load *load, struct connection *c)
{
	const struct request *r = &load->requests[load->next++ % load->request_count];

	c->got = 0;
	c->sent_us = now_us();
	if (send(c->fd, r->bytes, r->size, MSG_NOSIGNAL) != (ssize_t)r->size)
		die("send");
}

static void open_connections(struct load *load, unsigned port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	int on = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (unsigned i = 0; i < load->connection_count; i++) {
		struct connection *c = &load->connections[i];
		struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};

		c->answer = xmalloc(ANSWER_BYTES);
		c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) < 0)
			die("connect");
		setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		epoll_ctl(load->epoll, EPOLL_CTL_ADD, c->fd, &event);
		send_next(load, c);
	}
}

/* The answer's whole size once its head is there; 0 before. */
static size_t answer_size(struct connection *c)
{
	const char *end, *length;

	c->answer[c->got] = '\0';
	end = strstr((char *)c->answer, "\r\n\r\n");
	if (!end)
		return 0;
	length = strcasestr((char *)c->answer, "\r\nContent-Length: ");
	return end + 4 - (char *)c->answer +
	       (length && length < end ? strtoul(length + 18, NULL, 10) : 0);
}

static void count(struct load *load, const struct connection *c)
{
	unsigned status = strtoul((char *)c->answer + 9, NULL, 10);
	uint64_t slot = (now_us() - c->sent_us) / SLOT_US;

	load->answers++;
	load->statuses[status < STATUSES ? status : 0]++;
	load->slots[slot < SLOTS ? slot : SLOTS - 1]++;
}

static void on_bytes(struct load *load, struct connection *c)
{
	ssize_t got = recv(c->fd, c->answer + c->got, ANSWER_BYTES - 1 - c->got, 0);
	size_t size;

	if (got <= 0)
		die("the server ended a connection");
	c->got += got;
	size = answer_size(c);
	if (!size || c->got < size)
		return;
	count(load, c);
	send_next(load, c);
}

static uint64_t percentile(const struct load *load, double part)
{
	uint64_t below = 0;

	for (size_t i = 0; i < SLOTS; i++) {
		below += load->slots[i];
		if (below >= load->answers * part)
			return (i + 1) * SLOT_US;
	}
	return SLOTS * SLOT_US;
}

static void print(const struct load *load, uint64_t took_us)
{
	const char *comma = "";

	printf("{\"answers\": %lu, \"seconds\": %.3f, \"per_second\": %.0f, \"p50_us\": %lu, "
	       "\"p99_us\": %lu, \"statuses\": {",
	       load->answers, took_us / 1e6, load->answers * 1e6 / took_us, percentile(load, 0.5),
	       percentile(load, 0.99));
	for (unsigned i = 0; i < STATUSES; i++)
		if (load->statuses[i]) {
			printf("%s\"%u\": %lu", comma, i, load->statuses[i]);
			comma = ", ";
		}
	puts("}}");
}

int main(int argc, char **argv)
{
	struct load load = {.epoll = epoll_create1(EPOLL_CLOEXEC)};
	struct buffer file = {0};
	uint64_t start, end;

	if (argc != 5) {
		fputs("usage: http-load PORT CONNECTIONS SECONDS FILE\n", stderr);
		return 2;
	}
	load.connection_count = strtoul(argv[2], NULL, 10);
	load.connections = xcalloc(load.connection_count, sizeof(*load.connections));
	read_requests(&load, argv[4], &file);
	start = now_us();
	end = start + strtoul(argv[3], NULL, 10) * 1000000;
	open_connections(&load, strtoul(argv[1], NULL, 10));
	while (now_us() < end) {
		struct epoll_event events[64];
		int n = epoll_wait(load.epoll, events, 64, 1000);

		for (int i = 0; i < n; i++)
			on_bytes(&load, events[i].data.ptr);
	}
	print(&load, now_us() - start);
	return 0;
}
