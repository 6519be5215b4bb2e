/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list that is walked once a second and when it is full; a thousand steps are microseconds. */
#include "http/connections.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static bool is_loopback(const struct in_addr *address)
{
	return (ntohl(address->s_addr) >> 24) == 127;
}

/* Names the other end; IPv4 that came in through IPv6 is IPv4. */
static void name_peer(struct http_connection *c, const struct sockaddr *address)
{
	if (address && address->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, address, sizeof(in));
		inet_ntop(AF_INET, &in.sin_addr, c->peer, sizeof(c->peer));
		c->local = is_loopback(&in.sin_addr);
	} else if (address && address->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;
		struct in_addr in;

		memcpy(&in6, address, sizeof(in6));
		memcpy(&in, &in6.sin6_addr.s6_addr[12], sizeof(in));
		c->local = IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
		if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
			inet_ntop(AF_INET, &in, c->peer, sizeof(c->peer));
			c->local = is_loopback(&in);
		} else {
			inet_ntop(AF_INET6, &in6.sin6_addr, c->peer, sizeof(c->peer));
		}
	} else {
		memcpy(c->peer, "unix", sizeof("unix"));
		c->local = true;
	}
}

struct http_connection *connection_new(struct http_connections *all, int fd,
				       const struct sockaddr *address, uint64_t now_us)
{
	struct http_connection *c = xcalloc(1, sizeof(*c));

	*c = (struct http_connection){
		.next = all->first, .phase = PHASE_HEAD, .since_us = now_us, .fd = fd};
	name_peer(c, address);
	if (all->first)
		all->first->previous = c;
	all->first = c;
	all->count++;
	return c;
}

void connection_free(struct http_connections *all, struct http_connection *c)
{
	if (c->next)
		c->next->previous = c->previous;
	if (c->previous)
		c->previous->next = c->next;
	else
		all->first = c->next;
	all->count--;
	free(c);
}

void connection_enter(struct http_connection *c, enum http_phase phase, uint64_t now_us)
{
	if (c->phase == PHASE_ENDED)
		return;
	c->phase = phase;
	c->since_us = now_us;
}

void connection_end(struct http_connection *c)
{
	if (c->phase != PHASE_ENDED)
		shutdown(c->fd, SHUT_RDWR);
	c->phase = PHASE_ENDED;
}

static bool is_late(const struct http_connection *c, const struct http_limits *limits,
		    uint64_t now_us)
{
	uint64_t waited_ms = (now_us - c->since_us) / 1000;

	switch (c->phase) {
	case PHASE_IDLE:
		return waited_ms >= limits->idle_ms;
	case PHASE_HEAD:
		return waited_ms >= limits->head_ms;
	case PHASE_BODY:
		return waited_ms >= limits->body_ms;
	case PHASE_BUSY:
	case PHASE_ENDED:
		return false;
	}
	return false;
}

unsigned connections_sweep(struct http_connections *all, const struct http_limits *limits,
			   uint64_t now_us)
{
	unsigned ended = 0;

	for (struct http_connection *c = all->first; c; c = c->next)
		if (is_late(c, limits, now_us)) {
			connection_end(c);
			ended++;
		}
	return ended;
}

/* ---- making room ---- */

static bool is_counted(const struct http_connection *c, const char *peer)
{
	return c->phase != PHASE_ENDED && (!peer || !strcmp(c->peer, peer));
}

static unsigned count(const struct http_connections *all, const char *peer)
{
	unsigned n = 0;

	for (const struct http_connection *c = all->first; c; c = c->next)
		n += is_counted(c, peer);
	return n;
}

/* Whether a is the better one to lose. The phases stand in the order of what they are worth. */
static bool is_worse(const struct http_connection *a, const struct http_connection *b)
{
	return a->phase != b->phase ? a->phase < b->phase : a->since_us <= b->since_us;
}

static void end_worst(struct http_connections *all, const char *peer,
		      struct http_connection *newcomer)
{
	struct http_connection *worst = newcomer;
	bool found = false;

	for (struct http_connection *c = all->first; c; c = c->next) {
		if (c == newcomer || !is_counted(c, peer) || c->phase == PHASE_BUSY)
			continue;
		if (!found || is_worse(c, worst))
			worst = c;
		found = true;
	}
	connection_end(worst);
}

unsigned connections_make_room(struct http_connections *all, const struct http_limits *limits,
			       struct http_connection *newcomer)
{
	if (!newcomer->local && count(all, newcomer->peer) > limits->per_peer) {
		end_worst(all, newcomer->peer, newcomer);
		return 1;
	}
	if (count(all, NULL) > limits->connections) {
		end_worst(all, NULL, newcomer);
		return 1;
	}
	return 0;
}
