/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HOST:PORT, [IPV6]:PORT, and :PORT for all addresses, to a listening socket. */
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "http/server.h"

#define BACKLOG 1024

DEFINE_CLEANUP(freeaddrinfo, struct addrinfo *)

static bool split(const char *address, char **host, const char **port, struct dint_error *err)
{
	const char *colon = strrchr(address, ':');
	size_t length = colon ? colon - address : 0;

	if (!colon || !colon[1])
		return dint_fail(err, DINT_BAD_REQUEST, "'%.80s': HOST:PORT belongs here", address);
	if (length >= 2 && address[0] == '[' && address[length - 1] == ']')
		*host = xstrndup(address + 1, length - 2);
	else
		*host = xstrndup(address, length);
	*port = colon + 1;
	return true;
}

static bool try_one(const struct addrinfo *one, int *out, struct dint_error *err)
{
	CLEANUP(close_fd)
	int fd = socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;

	if (fd < 0)
		return dint_fail_errno(err, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, one->ai_addr, one->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0)
		return dint_fail_errno(err, "bind and listen");
	*out = TAKE_FD(fd);
	return true;
}

bool http_listen(const char *address, int *fd, struct dint_error *err)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
	CLEANUP(freeaddrinfo_ptr) struct addrinfo *found = NULL;
	CLEANUP(free_ptr) char *host = NULL;
	const char *port;
	int failed;

	if (!split(address, &host, &port, err))
		return false;
	failed = getaddrinfo(*host ? host : NULL, port, &hints, &found);
	if (failed)
		return dint_fail(err, DINT_BAD_REQUEST, "%.80s: %s", address, gai_strerror(failed));
	for (const struct addrinfo *one = found; one; one = one->ai_next)
		if (try_one(one, fd, err))
			return true;
	return dint_within(err, "%.80s", address);
}
