/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connections there are: deadlines, and who must go when there are too many. The library's own
 * timeout counts from the last byte, so one byte a second holds a connection for ever; these count
 * from where the client's turn began. To end a connection is to shut its socket down: the library
 * sees the end of it and cleans up.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "http/server.h"

struct http_certificate;

enum http_phase {
	PHASE_IDLE,  /* between an answer and the next request's line */
	PHASE_HEAD,  /* before the end of a head, a handshake too */
	PHASE_BODY,  /* before the end of a body */
	PHASE_BUSY,  /* ours: being answered */
	PHASE_ENDED, /* shut down by us, not yet cleaned up */
};

struct http_connection {
	struct http_connection *next, *previous;
	enum http_phase phase;
	uint64_t since_us; /* of the phase; monotonic */
	int fd;		   /* the library's */
	bool local;	   /* this machine's own: perhaps a proxy that speaks for many */
	char peer[HTTP_PEER_TEXT];
	struct http_certificate *certificate; /* what its handshake was given; NULL: none */
};

struct http_connections {
	struct http_connection *first;
	unsigned count;
};

/* Adds one that has just been accepted. */
struct http_connection *connection_new(struct http_connections *all, int fd,
				       const struct sockaddr *address, uint64_t now_us);
void connection_free(struct http_connections *all, struct http_connection *connection);
void connection_enter(struct http_connection *connection, enum http_phase phase, uint64_t now_us);
void connection_end(struct http_connection *connection);

/* Ends those whose client has had its time; how many. */
unsigned connections_sweep(struct http_connections *all, const struct http_limits *limits,
			   uint64_t now_us);
/* Where the newcomer is one too many, for all or for its address, the one that has kept us waiting
 * longest is ended: an idle one before one in its head, that before one in its body; the newcomer
 * itself where all others are busy. How many. */
unsigned connections_make_room(struct http_connections *all, const struct http_limits *limits,
			       struct http_connection *newcomer);
