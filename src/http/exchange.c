/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One request's life. The library calls with the target, then once for the head, for each piece of
 * the body, and once at the end; a handler that answers later finds the connection suspended.
 *
 *	HEAD → BODY → HANDLER → (WAITING →) ANSWERED → QUEUED
 *	   └──────┴── refused ─────────────────┘
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "http/server_internal.h"

#define NOW() system_clock.monotonic_us(&system_clock)

struct http_exchange *exchange_new(struct http_server *server, struct MHD_Connection *library,
				   struct http_connection *connection, const char *target)
{
	struct http_exchange *x = xcalloc(1, sizeof(*x));

	*x = (struct http_exchange){
		.server = server,
		.next = server->exchanges,
		.library = library,
		.connection = connection,
		.target = xstrdup(target ? target : ""),
		.raw_target = target,
	};
	x->target_length = strlen(x->target);
	if (x->next)
		x->next->previous = x;
	server->exchanges = x;
	server->counts.exchanges++;
	server_id(server, x->id);
	memcpy(x->peer, connection->peer, sizeof(x->peer));
	connection_enter(connection, PHASE_HEAD, NOW());
	return x;
}

static void unlink_from_server(struct http_exchange *x)
{
	if (x->next)
		x->next->previous = x->previous;
	if (x->previous)
		x->previous->next = x->next;
	else
		x->server->exchanges = x->next;
	x->server->counts.exchanges--;
	x->server = NULL;
	x->library = NULL;
	x->connection = NULL;
}

static void exchange_free(struct http_exchange *x)
{
	if (x->server)
		unlink_from_server(x);
	http_answer_done(&x->answer);
	buffer_done(&x->words);
	buffer_done(&x->body);
	free(x->headers);
	free(x->target);
	free(x);
}

void exchange_leave(struct http_exchange *x)
{
	connection_enter(x->connection, PHASE_IDLE, NOW());
	if (x->stage == STAGE_WAITING)
		unlink_from_server(x);
	else
		exchange_free(x);
}

void exchange_abandon(struct http_exchange *x)
{
	void (*cancel)(void *arg) = x->cancel;

	if (x->stage != STAGE_WAITING)
		return;
	MHD_resume_connection(x->library);
	if (!cancel)
		return;
	x->stage = STAGE_CANCELLED;
	cancel(x->cancel_arg);
}

/* ---- the head ---- */

struct header_walk {
	struct http_exchange *exchange;
	size_t count, bytes;
};

static enum MHD_Result measure(void *arg, enum MHD_ValueKind kind, const char *name,
			       const char *value)
{
	struct header_walk *walk = arg;

	(void)kind;
	walk->count++;
	walk->bytes += strlen(name) + (value ? strlen(value) : 0) + 2;
	return MHD_YES;
}

static const char *keep(struct buffer *words, const char *text)
{
	const char *at = (const char *)words->bytes + words->size;

	buffer_add(words, text, strlen(text) + 1);
	return at;
}

static enum MHD_Result copy(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct header_walk *walk = arg;
	struct http_exchange *x = walk->exchange;
	struct http_header *header = &x->headers[x->request.header_count++];

	(void)kind;
	header->name = keep(&x->words, name);
	header->value = keep(&x->words, value ? value : "");
	return MHD_YES;
}

/* The library's memory is gone when the client is: everything is copied, into room made once. */
static void copy_headers(struct http_exchange *x)
{
	struct header_walk walk = {.exchange = x};

	MHD_get_connection_values(x->library, MHD_HEADER_KIND, measure, &walk);
	x->headers = xcalloc(walk.count + 1, sizeof(*x->headers));
	buffer_room(&x->words, walk.bytes + 1);
	MHD_get_connection_values(x->library, MHD_HEADER_KIND, copy, &walk);
}

/* White space behind a value is none of its; not before the head was judged, for the library leaves
 * it there and frames by what it sees. */
static void trim_headers(struct http_exchange *x)
{
	for (size_t i = 0; i < x->request.header_count; i++) {
		const char *value = x->headers[i].value;
		size_t length = strlen(value);

		while (length && strchr(" \t", value[length - 1]))
			length--;
		x->words.bytes[value + length - (const char *)x->words.bytes] = '\0';
	}
}

static const char *known_method(const char *method)
{
	static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(known[i], method))
			return known[i];
	return "";
}

static void fill_request(struct http_exchange *x, const char *method)
{
	char *mark = strchr(x->target, '?');

	if (mark)
		*mark = '\0';
	x->request = (struct http_request){
		.id = x->id,
		.method = known_method(method),
		.path = x->target,
		.query = mark ? mark + 1 : "",
		.headers = x->headers,
		.header_count = x->request.header_count,
		.body = (const uint8_t *)"",
		.peer = x->peer,
		.tls = x->server->certificate,
	};
}

static bool prefix_fits(const char *prefix, const char *path)
{
	size_t length = strlen(prefix);

	if (length == 1)
		return true;
	return !strncmp(path, prefix, length) && strchr("/", path[length]);
}

static const struct http_route *find_route(const struct http_server *server, const char *path)
{
	for (const struct http_route *route = server->setup.routes; route->prefix; route++)
		if (prefix_fits(route->prefix, path))
			return route;
	return NULL;
}

/* ---- refusals ---- */

static void refuse(struct http_exchange *x, unsigned status, const char *words)
{
	if (!x->refusal.status)
		x->refusal = (struct http_refusal){status, words};
}

static void fill_refusal(struct http_exchange *x)
{
	struct http_answer *answer = &x->answer;

	x->server->counts.refused++;
	answer->status = x->refusal.status;
	if (x->route && x->route->refuse) {
		x->route->refuse(x->route->arg, &x->request, x->refusal.status, x->refusal.words,
				 answer);
	} else {
		http_answer_header(answer, "Content-Type", "text/plain; charset=utf-8");
		buffer_printf(&answer->body, "%s\n", x->refusal.words);
	}
	answer->close = true;
}

static enum MHD_Result send_refusal(struct http_exchange *x)
{
	fill_refusal(x);
	return exchange_send(x);
}

static size_t body_limit(const struct http_exchange *x)
{
	return x->route && x->route->body_limit ? x->route->body_limit : HTTP_BODY_BYTES;
}

/* Whether the answer must come before the body. */
static bool judge_length(struct http_exchange *x, const struct http_framing *framing)
{
	if (framing->chunked || framing->length <= body_limit(x))
		return false;
	refuse(x, 413, "the body is too large");
	return framing->continues || framing->length > DRAIN_BYTES;
}

static bool admit(struct http_exchange *x)
{
	if (!x->route)
		refuse(x, 404, "nothing answers here");
	if (x->refusal.status || !x->route->admit)
		return true;
	return x->route->admit(x->route->arg, &x->request, &x->answer);
}

enum MHD_Result exchange_head(struct http_exchange *x, const char *method, const char *version)
{
	struct http_framing framing = {0};
	struct http_head head = {.method = method, .version = version, .target = x->target};
	bool sound;

	copy_headers(x);
	head.headers = x->headers;
	head.header_count = x->request.header_count;
	sound = head_check(&head, &framing, &x->refusal);
	if (sound && !exchange_is_whole(x, method, version))
		refuse(x, 400,
		       "the head has a NUL, a folded line or a line that ends without CR LF");
	trim_headers(x);
	fill_request(x, method);
	x->route = find_route(x->server, x->request.path);
	if (x->refusal.status || judge_length(x, &framing))
		return send_refusal(x);
	if (!admit(x)) {
		x->answer.close = true;
		return exchange_send(x);
	}
	x->stage = STAGE_BODY;
	connection_enter(x->connection, PHASE_BODY, NOW());
	return MHD_YES;
}

/* ---- the body ---- */

void exchange_body(struct http_exchange *x, const char *bytes, size_t n)
{
	if (x->body.size + n > body_limit(x))
		refuse(x, 413, "the body is too large");
	if (!x->refusal.status) {
		buffer_add(&x->body, bytes, n);
		return;
	}
	x->swallowed += n;
	if (x->swallowed > DRAIN_BYTES)
		connection_end(x->connection);
}

enum MHD_Result exchange_end(struct http_exchange *x)
{
	if (x->refusal.status)
		return send_refusal(x);
	x->request.body = (const uint8_t *)buffer_text(&x->body);
	x->request.body_size = x->body.size;
	x->stage = STAGE_HANDLER;
	x->server->counts.requests++;
	connection_enter(x->connection, PHASE_BUSY, NOW());
	x->route->handle(x->route->arg, x);
	if (x->stage == STAGE_ANSWERED)
		return exchange_send(x);
	x->stage = STAGE_WAITING;
	MHD_suspend_connection(x->library);
	return MHD_YES;
}

/* ---- the answer ---- */

const struct http_request *http_request(const struct http_exchange *exchange)
{
	return &exchange->request;
}

void http_on_cancel(struct http_exchange *exchange, void (*cancel)(void *arg), void *arg)
{
	exchange->cancel = cancel;
	exchange->cancel_arg = arg;
}

void http_answer(struct http_exchange *x, struct http_answer *answer)
{
	if (!x->server) { /* closed meanwhile: nobody is there */
		http_answer_done(answer);
		exchange_free(x);
		return;
	}
	x->answer = TAKE(*answer);
	if (x->stage == STAGE_WAITING) {
		MHD_resume_connection(x->library);
		server_again(x->server);
	}
	x->stage = STAGE_ANSWERED;
}

static void add_headers(struct MHD_Response *response, const struct http_exchange *x)
{
	const struct buffer *headers = &x->answer.headers;

	for (size_t at = 0; at < headers->size;) {
		const char *name = (const char *)headers->bytes + at;
		const char *value = name + strlen(name) + 1;

		MHD_add_response_header(response, name, value);
		at += strlen(name) + strlen(value) + 2;
	}
	MHD_add_response_header(response, "X-Request-Id", x->id);
	if (x->answer.close || x->server->quiet)
		MHD_add_response_header(response, "Connection", "close");
}

static struct MHD_Response *make_response(struct http_answer *answer)
{
	struct buffer body;

	if (answer->has_file) {
		answer->has_file = false; /* the library closes it */
		return MHD_create_response_from_fd_at_offset64(answer->size, answer->fd,
							       answer->offset);
	}
	body = TAKE(answer->body);
	if (!body.bytes)
		return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	return MHD_create_response_from_buffer(body.size, body.bytes, MHD_RESPMEM_MUST_FREE);
}

enum MHD_Result exchange_send(struct http_exchange *x)
{
	struct MHD_Response *response = make_response(&x->answer);
	enum MHD_Result queued;

	if (!response)
		return MHD_NO;
	add_headers(response, x);
	connection_enter(x->connection, PHASE_BUSY, NOW());
	x->stage = STAGE_QUEUED;
	queued = MHD_queue_response(x->library, x->answer.status, response);
	MHD_destroy_response(response);
	return queued;
}
