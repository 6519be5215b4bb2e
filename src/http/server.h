/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server: libmicrohttpd inside the loop, one thread, with a limit on everything that a stranger
 * can make us keep or wait for. docs/http.md says what it refuses, and what the library answers
 * before our code is reached.
 */
#pragma once
#include <systemd/sd-event.h>

#include "base/error.h"
#include "http/http.h"

struct http_limits {
	unsigned connections; /* one more ends the one that has idled longest */
	unsigned per_peer;    /* the same for one address; not for this machine's own (a proxy) */
	uint64_t
		head_ms; /* from the connection's start, or the request's line, to its head's end */
	uint64_t body_ms; /* from there to the end of the body */
	uint64_t idle_ms; /* between an answer and the next request's line; and without progress */
};

/* What holds where a limit is 0. */
#define HTTP_CONNECTIONS 1024
#define HTTP_PER_PEER	 128
#define HTTP_HEAD_MS	 10000
#define HTTP_BODY_MS	 30000 /* 64 KiB at 2 KiB/s */
#define HTTP_IDLE_MS	 60000 /* AWS's clients keep a connection for less */

struct http_setup {
	int listen_fd;			 /* listening; TCP or UNIX */
	const struct http_route *routes; /* ends with a NULL prefix; lives as long as the server */
	struct http_limits limits;
	const char *certificate, *key; /* files, PEM; NULL: no TLS */
	/* What the library complains of, once a second at most; NULL: nobody hears it. */
	void (*complain)(void *arg, const char *words);
	void *arg;
};

struct http_server;

/* A listening socket for HOST:PORT or [IPV6]:PORT; the caller's. */
bool http_listen(const char *address, int *fd, struct dint_error *err);

/* Serves from the loop. Does not close setup's listen_fd, now or later, so that a daemon that reads
 * its configuration again misses nobody. */
bool http_open(sd_event *loop, const struct http_setup *setup, struct http_server **server,
	       struct dint_error *err);
/* Takes no new connection any more; each answer ends its connection. For a stop that cuts nobody
 * off: go on with the loop until nothing is under way, for as long as one is willing to wait. */
void http_quiesce(struct http_server *server);
/* Whether a request is on its way in, or its answer on its way out; those that may be cancelled do
 * not count. */
bool http_is_busy(const struct http_server *server);
/* Cancels what is being answered, ends all connections. */
void http_close(struct http_server *server);

/* Connections from now on are shown what the two files hold now, and *changed says whether that is
 * another certificate; the old pair stays in force when they are wrong. */
bool http_reload_certificate(struct http_server *server, bool *changed, struct dint_error *err);
/* Whether the files would do. */
bool http_check_certificate(const char *certificate, const char *key, struct dint_error *err);

struct http_counts {
	unsigned connections, exchanges;			  /* now */
	uint64_t accepted, requests, refused, evicted, timed_out; /* ever */
};
struct http_counts http_counts(const struct http_server *server);
