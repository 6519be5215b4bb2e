/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What server.c, exchange.c and library.c share; nobody else sees the library. */
#pragma once
#include <microhttpd.h>
#include <systemd/sd-event.h>

#include "http/connections.h"
#include "http/head.h"
#include "http/http.h"
#include "http/server.h"
#include "http/tls.h"

/* What is swallowed of a body that is too large, so that the client hears why: a client that is
 * still writing when we close may never read our answer. */
#define DRAIN_BYTES  (16u << 20)
#define RANDOM_BYTES 4096

struct http_server {
	sd_event *loop;
	struct MHD_Daemon *library;
	sd_event_source *ready; /* the library's descriptor */
	sd_event_source *again; /* it has more to do, or something was resumed */
	sd_event_source *tick;	/* deadlines; runs while there are connections */
	struct http_setup setup;
	struct http_certificate *certificate;
	struct http_connections connections;
	struct http_exchange *exchanges;
	struct http_counts counts;
	bool quiet; /* http_quiesce */
	uint64_t complained_us;
	uint8_t random[RANDOM_BYTES];
	size_t random_left;
};

enum exchange_stage {
	STAGE_HEAD,	 /* the head is on its way */
	STAGE_BODY,	 /* the body is */
	STAGE_HANDLER,	 /* inside the route's handle */
	STAGE_WAITING,	 /* the handler answers later; suspended */
	STAGE_ANSWERED,	 /* an answer is there to be queued */
	STAGE_QUEUED,	 /* the library has it */
	STAGE_CANCELLED, /* nobody will answer */
};

struct http_exchange {
	struct http_exchange *next, *previous;
	struct http_server *server; /* NULL: closed meanwhile; the answer frees this */
	struct MHD_Connection *library;
	struct http_connection *connection;
	enum exchange_stage stage;
	struct http_request request;
	char id[HTTP_ID_TEXT], peer[HTTP_PEER_TEXT];
	char *target; /* path, NUL, query */
	size_t target_length;
	const char *raw_target; /* the library's; only its place is of interest */
	struct buffer words;	/* names and values */
	struct http_header *headers;
	struct buffer body;
	size_t swallowed; /* of a body that was refused */
	const struct http_route *route;
	struct http_refusal refusal; /* status 0: none */
	struct http_answer answer;
	void (*cancel)(void *arg);
	void *cancel_arg;
};

/* exchange.c */
struct http_exchange *exchange_new(struct http_server *server, struct MHD_Connection *library,
				   struct http_connection *connection, const char *target);
/* The library is done with it; kept while a handler still holds it. */
void exchange_leave(struct http_exchange *exchange);
/* The client has left, or the server closes: what waits is cancelled. */
void exchange_abandon(struct http_exchange *exchange);
/* The library's calls: the head is there, some of the body, all of it. */
enum MHD_Result exchange_head(struct http_exchange *exchange, const char *method,
			      const char *version);
void exchange_body(struct http_exchange *exchange, const char *bytes, size_t n);
enum MHD_Result exchange_end(struct http_exchange *exchange);
/* Gives the answer that is there to the library. */
enum MHD_Result exchange_send(struct http_exchange *exchange);

/* whole.c: whether no byte of the head was left out of what the library handed us. */
bool exchange_is_whole(const struct http_exchange *exchange, const char *method,
		       const char *version);

/* server.c: the library shall look around again soon. */
void server_again(struct http_server *server);
void server_id(struct http_server *server, char text[HTTP_ID_TEXT]);
