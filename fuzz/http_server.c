/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole server: a client's bytes through a socket, in pieces whose size the first byte gives. A
 * handler must never see what the guards promise to keep away. */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "http/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void handle(void *arg, struct http_exchange *exchange)
{
	const struct http_request *r = http_request(exchange);
	struct http_answer answer = {.status = 200};
	bool odd = *r->path != '/' || r->body_size > HTTP_BODY_BYTES ||
		   r->header_count > HTTP_HEADERS_MAX || !*r->method;
	unsigned *handled = arg;

	for (size_t i = 0; i < r->header_count; i++)
		odd |= !*r->headers[i].name || strpbrk(r->headers[i].value, "\r\n\x01\x7f") ||
		       strpbrk(r->headers[i].name, " :\r\n\t");
	if (odd)
		__builtin_trap();
	++*handled;
	http_answer(exchange, &answer);
}

/* Runs what is ready, and no more. */
static void run(sd_event *loop)
{
	for (unsigned i = 0; i < 200 && sd_event_run(loop, 0) > 0; i++)
		;
}

static void converse(sd_event *loop, int fd, const uint8_t *data, size_t size)
{
	size_t piece = 1 + data[0] * 16;

	for (size_t at = 1; at < size; at += piece) {
		size_t n = size - at < piece ? size - at : piece;

		if (send(fd, data + at, n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			break;
		run(loop);
	}
	shutdown(fd, SHUT_WR);
	run(loop);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t address_size = sizeof(address);
	unsigned handled = 0, written = 0;
	const struct http_route routes[] = {{.prefix = "/", .handle = handle, .arg = &handled},
					    {0}};
	struct http_setup setup = {.routes = routes};
	int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct http_server *server = NULL;
	sd_event *loop = NULL;
	struct dint_error err;

	bind(listening, (struct sockaddr *)&address, sizeof(sa_family_t)); /* a name of its own */
	listen(listening, 1);
	getsockname(listening, (struct sockaddr *)&address, &address_size);
	connect(fd, (struct sockaddr *)&address, address_size);
	setup.listen_fd = listening;
	if (size && sd_event_new(&loop) >= 0 && http_open(loop, &setup, &server, &err))
		converse(loop, fd, data, size);
	http_close(server);
	sd_event_unref(loop);
	close(listening);
	close(fd);
	for (size_t i = 0; i + 7 <= size; i++)
		written += !memcmp(data + i, "HTTP/1.", 7);
	if (handled > written)
		__builtin_trap();
	return 0;
}
