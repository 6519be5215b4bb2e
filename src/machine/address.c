/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UNIX and TCP sockets by one kind of address, connected without waiting. */
#include "machine/address.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/io.h"

typedef struct addrinfo *addrinfo_list;
DEFINE_CLEANUP(freeaddrinfo, addrinfo_list)

static bool is_path(const char *address)
{
	return strchr(address, '/') != NULL;
}

/* "[::1]:4444" to "::1" and "4444". */
static bool split(char *address, const char **host, const char **port)
{
	char *colon = strrchr(address, ':');
	size_t length;

	if (!colon || colon == address || !colon[1])
		return false;
	*colon = '\0';
	*port = colon + 1;
	*host = address;
	length = strlen(address);
	if (address[0] == '[' && address[length - 1] == ']') {
		address[length - 1] = '\0';
		*host = address + 1;
	} else if (strchr(address, ':')) {
		return false;
	}
	return true;
}

static bool resolve(const char *address, addrinfo_list *list, struct dint_error *err)
{
	static const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
					      .ai_socktype = SOCK_STREAM};
	CLEANUP(free_ptr) char *copy = xstrdup(address);
	const char *host, *port;

	if (!split(copy, &host, &port))
		return dint_fail(err, DINT_BAD_REQUEST,
				 "'%.100s' is neither a socket's path (with a '/') nor HOST:PORT",
				 address);
	if (!strcmp(host, "localhost"))
		host = "127.0.0.1";
	if (getaddrinfo(host, port, &hints, list))
		return dint_fail(err, DINT_BAD_REQUEST,
				 "'%.100s': HOST must be a numeric address or localhost, PORT a "
				 "number",
				 address);
	return true;
}

bool address_check(const char *address, struct dint_error *err)
{
	CLEANUP(freeaddrinfo_ptr) addrinfo_list list = NULL;
	struct sockaddr_un path;

	if (!is_path(address))
		return resolve(address, &list, err);
	if (strlen(address) >= sizeof(path.sun_path))
		return dint_fail(err, DINT_BAD_REQUEST,
				 "'%.100s…' is longer than the %zu bytes of a socket's path",
				 address, sizeof(path.sun_path) - 1);
	return true;
}

/* A peer whose host has vanished is found out without our writing anything. */
static void keep_alive(int fd)
{
	static const struct {
		int level, name, value;
	} options[] = {{SOL_SOCKET, SO_KEEPALIVE, 1},
		       {IPPROTO_TCP, TCP_KEEPIDLE, 20},
		       {IPPROTO_TCP, TCP_KEEPINTVL, 5},
		       {IPPROTO_TCP, TCP_KEEPCNT, 4},
		       {IPPROTO_TCP, TCP_NODELAY, 1}};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		setsockopt(fd, options[i].level, options[i].name, &options[i].value,
			   sizeof(options[i].value));
}

int address_connect(const char *address, struct dint_error *err)
{
	CLEANUP(freeaddrinfo_ptr) addrinfo_list list = NULL;
	CLEANUP(close_fd) int fd = -1;

	if (is_path(address))
		return io_connect_unix(address, err);
	if (!resolve(address, &list, err))
		return -1;
	fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0)
		keep_alive(fd);
	if (fd < 0 || (connect(fd, list->ai_addr, list->ai_addrlen) < 0 && errno != EINPROGRESS)) {
		dint_error_errno(err, "%s", address);
		return -1;
	}
	return TAKE_FD(fd);
}

bool address_connected(int fd, const char *address, struct dint_error *err)
{
	socklen_t size = sizeof(errno);
	int result = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &result, &size) < 0)
		return dint_fail_errno(err, "%s", address);
	errno = result;
	return result ? dint_fail_errno(err, "%s", address) : true;
}
