/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wiring: listener, routes, server. */
#include "programs/network.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include "base/base.h"
#include "http/server.h"

#define ROUTES_MAX 4

/* ---- the socket ---- */

bool listener_adopt(struct listener *l, struct dint_error *err)
{
	int count = sd_listen_fds(1);

	*l = (struct listener){.fd = -1};
	if (count <= 0)
		return true;
	if (count > 1 || sd_is_socket(SD_LISTEN_FDS_START, AF_UNSPEC, SOCK_STREAM, 1) <= 0)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "systemd passed %d descriptors: one listening stream socket "
				 "belongs here",
				 count);
	fcntl(SD_LISTEN_FDS_START, F_SETFL, O_NONBLOCK);
	l->fd = SD_LISTEN_FDS_START;
	return true;
}

bool listener_move(struct listener *l, const char *address, struct dint_error *err)
{
	bool given = l->fd >= 0 && !l->address;

	if (given || (address && l->address && !strcmp(address, l->address)))
		return true;
	listener_done(l);
	if (!address)
		return true;
	if (!http_listen(address, &l->fd, err))
		return dint_within(err, "listen");
	l->address = xstrdup(address);
	return true;
}

void listener_done(struct listener *l)
{
	close_fd(&l->fd);
	free(l->address);
	l->address = NULL;
}

/* ---- who answers where ---- */

struct network {
	struct http_server *server;
	struct network_parts parts;
	struct http_route routes[ROUTES_MAX + 1];
};

static void add_routes(struct network *n)
{
	const struct http_route routes[] = {
		api_v1_route(&n->parts.v1),
		{.prefix = "/",
		 .handle = ec2_handle,
		 .refuse = ec2_refuse_http,
		 .arg = n->parts.ec2},
	};

	memcpy(n->routes, routes, sizeof(routes));
}

static void complain(void *arg, const char *words)
{
	(void)arg;
	log_debug("http: %s", words);
}

/* IPv4, IPv6 or UNIX: only what stays on this machine may do without TLS unsaid. */
static bool is_local(int fd)
{
	struct sockaddr_storage address = {0};
	socklen_t size = sizeof(address);
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (getsockname(fd, (struct sockaddr *)&address, &size) < 0)
		return true;
	memcpy(&in, &address, sizeof(in));
	memcpy(&in6, &address, sizeof(in6));
	if (address.ss_family == AF_INET)
		return ntohl(in.sin_addr.s_addr) >> 24 == 127;
	return address.ss_family != AF_INET6 || IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
}

DEFINE_CLEANUP(network_close, struct network *)

bool network_open(sd_event *loop, const struct config *config, const struct listener *listener,
		  const struct network_parts *parts, struct network **out, struct dint_error *err)
{
	CLEANUP(network_close_ptr) struct network *n = xcalloc(1, sizeof(*n));
	struct http_setup setup = {
		.listen_fd = listener->fd,
		.routes = n->routes,
		.certificate = config->certificate,
		.key = config->key,
		.complain = complain,
	};

	*out = NULL;
	if (listener->fd < 0)
		return true;
	n->parts = *parts;
	add_routes(n);
	if (!network_check(config, err) || !http_open(loop, &setup, &n->server, err))
		return false;
	if (!config->certificate && !is_local(listener->fd))
		log_warning("listen: no certificate: on the way to other machines anybody can read "
			    "what is answered, dumps too");
	*out = TAKE(n);
	return true;
}

bool network_renew(struct network *n)
{
	struct dint_error err;
	bool changed;

	return n && http_reload_certificate(n->server, &changed, &err) && changed;
}

void network_quiesce(struct network *n)
{
	if (n)
		http_quiesce(n->server);
}

bool network_is_busy(const struct network *n)
{
	return n && http_is_busy(n->server);
}

void network_close(struct network *n)
{
	if (!n)
		return;
	http_close(n->server);
	free(n);
}

bool network_check(const struct config *config, struct dint_error *err)
{
	if (!config->certificate && !config->key)
		return true;
	if (!config->certificate || !config->key)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "certificate and key: one without the other in [dintd]");
	return http_check_certificate(config->certificate, config->key, err);
}
