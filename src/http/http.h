/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP/1.1 for whoever answers requests: a request value in, one answer value out, at once or
 * later. It knows nothing of what is asked; http/server.h has the sockets.
 *
 *	static void hello(void *arg, struct http_exchange *exchange)
 *	{
 *		struct http_answer answer = {.status = 200};
 *
 *		http_answer_header(&answer, "Content-Type", "text/plain");
 *		buffer_printf(&answer.body, "%s\n", http_request(exchange)->path);
 *		http_answer(exchange, &answer);
 *	}
 *
 * To add a part of the address space: a struct http_route in the table that programs/dintd.c gives
 * to http_open; the first route whose prefix fits has the request.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define HTTP_HEADERS_MAX 100	/* AWS's clients send about 15 */
#define HTTP_HEAD_BYTES	 16384u /* target, names and values; a presigned URL has 8 KiB at most */
#define HTTP_ARGUMENTS	 250	/* of a query: the library parses it too, and is lost above */
#define HTTP_BODY_BYTES	 65536u /* what EC2 takes of a query; for routes that set no limit */
#define HTTP_ID_TEXT	 37	/* a UUID and the NUL */
#define HTTP_PEER_TEXT	 64	/* an IPv6 address and the NUL, or "unix" */

struct http_header {
	const char *name;  /* as it came: compare without regard to case */
	const char *value; /* without white space at its ends; no control character but TAB */
};

/* What came. Lives until the exchange is answered. Nothing in it is decoded: what was signed is
 * what is here. */
struct http_request {
	const char *id;	    /* ours, random: a UUID */
	const char *method; /* GET, HEAD, POST, PUT, DELETE, OPTIONS */
	const char *path;   /* raw: begins with '/', still percent-encoded */
	const char *query;  /* raw: what follows the first '?'; "" where there is none */
	const struct http_header *headers; /* in the order they came */
	size_t header_count;
	const uint8_t *body; /* never NULL; a NUL, which is not counted, follows it */
	size_t body_size;
	const char *peer; /* the other end's address without a port */
	bool tls;
};

/* The first header of this name, in any case; NULL where there is none. */
const char *http_header_find(const struct http_request *request, const char *name);

/* What goes back. Begins zeroed but for its status; belongs to whoever fills it until http_answer
 * takes it. */
struct http_answer {
	unsigned status;
	struct buffer headers; /* http_answer_header */
	struct buffer body;
	bool close;    /* the connection ends with this answer */
	bool has_file; /* in place of the body: size bytes of fd from offset on */
	int fd;
	uint64_t offset, size;
};

/* A value's control characters, which nobody should have put there, become '?'. Content-Length,
 * Date, Connection and X-Request-Id are the server's. */
void http_answer_header(struct http_answer *answer, const char *name, const char *fmt, ...)
	PRINTF(3, 4);
/* The fd becomes the answer's. */
void http_answer_file(struct http_answer *answer, int fd, uint64_t offset, uint64_t size_bytes);
void http_answer_done(struct http_answer *answer);

/* One request on its way to its one answer. */
struct http_exchange;

const struct http_request *http_request(const struct http_exchange *exchange);
/* Answers, in the handler or later from the loop's thread, exactly once; the exchange is gone after
 * it. Takes what the answer holds and leaves it zeroed. Fine also where the client has left. */
void http_answer(struct http_exchange *exchange, struct http_answer *answer);
/* For a handler that lets its caller wait: when the client has left or the server closes, cancel is
 * called in place of the answer, which must not be given any more. Without it the answer is
 * awaited all the same, and dropped. NULL takes it back. */
void http_on_cancel(struct http_exchange *exchange, void (*cancel)(void *arg), void *arg);

/* One part of the address space. */
struct http_route {
	const char *prefix; /* "/v1" has /v1 and /v1/…; "/" has everything */
	size_t body_limit;  /* bytes; 0: HTTP_BODY_BYTES */
	/* Has the whole request, which broke no rule of HTTP's. */
	void (*handle)(void *arg, struct http_exchange *exchange);
	/* Says in the form that clients of this route read what the server refuses by itself: 400
	 * (a request that could be read in two ways), 413, 431, 501, 503. NULL: in plain text. */
	void (*refuse)(void *arg, const struct http_request *request, unsigned status,
		       const char *words, struct http_answer *answer);
	/* Sees the head before any of the body is read; false: the answer is sent, the body is not
	 * read and the connection ends. NULL: every body is read. */
	bool (*admit)(void *arg, const struct http_request *head, struct http_answer *answer);
	void *arg;
};
