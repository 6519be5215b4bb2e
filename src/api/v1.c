/* SPDX-License-Identifier: GPL-2.0-or-later */
/* who → which operation → its arguments → api_dispatch (may they, run, audit) → the answer */
#include "api/v1.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "access/audit.h"
#include "api/v1_request.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "http/range.h"
#include "json/json.h"

struct v1_call {
	struct api_call call; /* first: the operations free it */
	struct http_exchange *exchange;
	struct access_principal principal;
	struct access_origin origin;
	char peer[HTTP_PEER_TEXT], id[HTTP_ID_TEXT];
	char *user_agent;
	bool dispatching; /* not to be freed yet, even if answered */
	bool answered;
};

/* ---- answers ---- */

static const struct {
	enum dint_code code;
	unsigned status;
} statuses[] = {
	{DINT_BAD_REQUEST, 400}, {DINT_NOT_FOUND, 404}, {DINT_UNSUPPORTED, 422},
	{DINT_LIMIT, 429},	 {DINT_DENIED, 403},	{DINT_UNREACHABLE, 503},
	{DINT_TIMEOUT, 503},	 {DINT_CONFLICT, 409},	{DINT_CORRUPT, 500},
	{DINT_SYSTEM, 500},
};

static unsigned status_of(enum dint_code code)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++)
		if (statuses[i].code == code)
			return statuses[i].status;
	return 500;
}

static void fill_json(struct http_answer *answer, json_t *body)
{
	char *text = json_dumps(body, JSON_COMPACT);

	json_decref(body);
	http_answer_header(answer, "Content-Type", "application/json");
	http_answer_header(answer, "Cache-Control", "no-store");
	if (!text)
		return;
	buffer_add_text(&answer->body, text);
	buffer_add_text(&answer->body, "\n");
	free(text);
}

static void fill_error(struct http_answer *answer, unsigned status, const char *code,
		       const char *message)
{
	CLEANUP(buffer_done) struct buffer words = {0}; /* JSON holds UTF-8 only */

	answer->status = status;
	text_escape(&words, message, strlen(message));
	fill_json(answer, json_pack("{s:{s:s, s:s}}", "error", "code", code, "message",
				    buffer_text(&words)));
}

static void call_free(struct v1_call *v)
{
	free(v->user_agent);
	free(v);
}

/* Gives the answer, if there still is somebody; frees the call. */
static void finish(struct v1_call *v, struct http_answer *answer)
{
	if (v->call.transport)
		http_answer(v->exchange, answer);
	http_answer_done(answer);
	v->answered = true;
	if (!v->dispatching)
		call_free(v);
}

/* A file, or the piece of it that was asked for; If-Range: only while it is the same file. */
static void fill_file(struct http_answer *answer, const struct http_request *request,
		      const json_t *about, int fd)
{
	uint64_t whole = json_find_u64(about, "size", 0), offset = 0, size = whole;
	CLEANUP(free_ptr) char *tag = xasprintf("\"%s\"", json_find_string(about, "sha256") ?: "");
	const char *same = http_header_find(request, "If-Range");
	enum http_range range = RANGE_WHOLE;

	if (!same || !strcmp(same, tag))
		range = http_range_read(http_header_find(request, "Range"), whole, &offset, &size);
	http_answer_header(answer, "Accept-Ranges", "bytes");
	http_answer_header(answer, "ETag", "%s", tag);
	if (range == RANGE_BEHIND) {
		http_answer_header(answer, "Content-Range", "bytes */%lu", whole);
		fill_error(answer, 416, "BAD_REQUEST", "Range: there is nothing of it");
		return;
	}
	if (range == RANGE_PIECE)
		http_answer_header(answer, "Content-Range", "bytes %lu-%lu/%lu", offset,
				   offset + size - 1, whole);
	answer->status = range == RANGE_PIECE ? 206 : 200;
	http_answer_header(answer, "Content-Type", "application/octet-stream");
	http_answer_header(answer, "Content-Disposition", "attachment; filename=\"%s\"",
			   json_find_string(about, "incident") ?: "dump");
	http_answer_file(answer, fcntl(fd, F_DUPFD_CLOEXEC, 3), offset, size);
}

static void on_answer(struct api_call *call, json_t *result, int fd)
{
	struct v1_call *v = (struct v1_call *)call;
	struct http_answer answer = {.status = 200};

	if (!call->transport) {
		json_decref(result);
	} else if (fd >= 0) {
		fill_file(&answer, http_request(v->exchange), result, fd);
		json_decref(result);
	} else {
		fill_json(&answer, result);
	}
	finish(v, &answer);
}

static void on_refusal(struct api_call *call, const struct dint_error *err)
{
	struct v1_call *v = (struct v1_call *)call;
	struct http_answer answer = {0};

	if (call->transport) {
		fill_error(&answer, status_of(err->code), dint_code_name(err->code), err->message);
		if (err->code == DINT_LIMIT)
			http_answer_header(&answer, "Retry-After", "1");
	}
	finish(v, &answer);
}

/* The client has left, or the server stops. */
static void on_left(void *arg)
{
	struct v1_call *v = arg;

	v->call.transport = NULL;
	v->exchange = NULL;
	if (v->call.cancel)
		v->call.cancel(&v->call);
}

/* ---- who ---- */

static enum access_refusal authenticate(struct v1_call *v, const struct http_request *r,
					struct dint_error *err)
{
	struct sigv4_header headers[HTTP_HEADERS_MAX];
	const struct sigv4_request request = {
		.method = r->method,
		.path = r->path,
		.query = *r->query ? r->query : NULL,
		.headers = headers,
		.header_count = r->header_count,
		.body = r->body,
		.body_size = r->body_size,
	};

	for (size_t i = 0; i < r->header_count; i++)
		headers[i] = (struct sigv4_header){r->headers[i].name, r->headers[i].value};
	return access_authenticate(v->call.access, &request, "dint", &v->principal, err);
}

static const char *audited_as(const struct api_operation *operation)
{
	return operation ? strchr(operation->permission, ':') + 1 : "Unknown";
}

/* What never came to api_dispatch is in the audit all the same. */
static void refuse_early(struct v1_call *v, const struct api_operation *operation, unsigned status,
			 const struct dint_error *why)
{
	const char *code = status == 401 ? "UNAUTHENTICATED" : dint_code_name(why->code);
	CLEANUP(free_ptr) char *audited = xasprintf("Client.%s", code);
	struct http_answer answer = {0};
	struct dint_error ignored;
	bool known = *v->principal.user;
	const struct audit_event event = {
		.principal = known ? &v->principal : NULL,
		.claimed_key = known || !*v->principal.key_id ? NULL : v->principal.key_id,
		.origin = &v->origin,
		.service = "dint",
		.name = audited_as(operation),
		.read_only = true,
		.request_id = v->id,
		.error_code = audited,
		.error_message = why->message,
	};

	audit_append(v->call.access, &event, NULL, NULL, &ignored);
	fill_error(&answer, status, code, why->message);
	if (status == 401)
		http_answer_header(&answer, "WWW-Authenticate", "AWS4-HMAC-SHA256");
	if (status == 405)
		http_answer_header(&answer, "Allow", "%s", operation->method);
	finish(v, &answer);
}

/* ---- the request ---- */

static void dispatch(struct v1_call *v, const struct api_operation *operation)
{
	CLEANUP(json_decref_ptr) json_t *request = NULL;
	struct dint_error err;
	json_t *args;

	if (!v1_arguments(operation, http_request(v->exchange), &args, &err)) {
		refuse_early(v, operation, 400, &err);
		return;
	}
	request = json_pack("{s:s, s:o}", "op", operation->name, "args", args);
	v->dispatching = true;
	api_dispatch(&v->call, request);
	v->dispatching = false;
	if (v->answered)
		call_free(v);
	else if (v->call.cancel) /* it waits for news, not for something that it does */
		http_on_cancel(v->exchange, on_left, v);
}

static struct v1_call *call_new(struct api_v1 *v1, struct http_exchange *exchange)
{
	const struct http_request *r = http_request(exchange);
	struct v1_call *v = xcalloc(1, sizeof(*v));

	v->exchange = exchange;
	v->user_agent = xstrdup_null(http_header_find(r, "User-Agent"));
	snprintf(v->peer, sizeof(v->peer), "%s", r->peer);
	snprintf(v->id, sizeof(v->id), "%s", r->id);
	v->origin = (struct access_origin){v->peer, v->user_agent, r->tls};
	v->call = (struct api_call){
		.site = v1->site,
		.access = v1->access,
		.principal = &v->principal,
		.origin = &v->origin,
		.request_id = v->id,
		.answer = on_answer,
		.refuse = on_refusal,
		.transport = v,
		.fd = -1,
	};
	return v;
}

static void handle(void *arg, struct http_exchange *exchange)
{
	const struct http_request *r = http_request(exchange);
	struct v1_call *v = call_new(arg, exchange);
	const struct api_operation *other;
	const struct api_operation *operation = v1_find(r->method, r->path, &other);
	struct dint_error err;

	if (authenticate(v, r, &err) != ACCESS_OK) {
		refuse_early(v, operation, 401, &err);
		return;
	}
	v->call.caller = v->principal.user;
	if (operation) {
		dispatch(v, operation);
		return;
	}
	if (other)
		dint_error_set(&err, DINT_BAD_REQUEST, "%s: not here, but %s", r->method,
			       other->method);
	else
		dint_error_set(&err, DINT_NOT_FOUND, "no operation is here (docs/openapi.json)");
	refuse_early(v, other, other ? 405 : 404, &err);
}

static void refuse(void *arg, const struct http_request *request, unsigned status,
		   const char *words, struct http_answer *answer)
{
	(void)arg;
	(void)request;
	fill_error(answer, status, "BAD_REQUEST", words);
}

struct http_route api_v1_route(struct api_v1 *v1)
{
	return (struct http_route){
		.prefix = V1_PREFIX, .handle = handle, .refuse = refuse, .arg = v1};
}
