/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * method SP target SP version CRLF ( name ":" value CRLF )* CRLF
 *
 * libmicrohttpd 0.9.75 takes nearly all that looks like it: the first of two lengths, any transfer
 * coding, a folded line as part of the name before it. Each rule here is one that RFC 9112 makes a
 * server's duty (sections 3, 5 and 6), or a limit of ours.
 */
#include "http/head.h"

#include <string.h>
#include <strings.h>

#include "base/units.h"

static bool refuse(struct http_refusal *refusal, unsigned status, const char *words)
{
	*refusal = (struct http_refusal){status, words};
	return false;
}

bool head_is(const char *name, const char *known)
{
	return !strcasecmp(name, known);
}

/* ---- the request's line ---- */

static bool check_method(const char *method, struct http_refusal *refusal)
{
	static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(method, known[i]))
			return true;
	return refuse(refusal, 501, "the method is none of GET, HEAD, POST, PUT, DELETE, OPTIONS");
}

static bool check_target(const char *target, struct http_refusal *refusal)
{
	if (*target != '/')
		return refuse(refusal, 400, "the request's target does not begin with '/'");
	for (const unsigned char *at = (const unsigned char *)target; *at; at++)
		if (*at <= ' ' || *at >= 0x7f || *at == '#')
			return refuse(refusal, 400,
				      "the request's target has a byte that must be %-encoded");
	return true;
}

static bool check_line(const struct http_head *head, struct http_refusal *refusal)
{
	if (strcmp(head->version, "HTTP/1.1") && strcmp(head->version, "HTTP/1.0"))
		return refuse(refusal, 505, "the version is neither HTTP/1.1 nor HTTP/1.0");
	return check_method(head->method, refusal) && check_target(head->target, refusal);
}

/* ---- each header ---- */

static bool is_token(const char *name)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (const char *at = name; *at; at++)
		if (!(*at >= '0' && *at <= '9') && !(*at >= 'a' && *at <= 'z') &&
		    !(*at >= 'A' && *at <= 'Z') && !strchr(others, *at))
			return false;
	return *name;
}

/* A folded line arrives glued to the name before it; no header that people use begins with one of
 * these three and goes on. */
static bool is_glued(const char *name)
{
	static const char *const framing[] = {"content-length", "transfer-encoding", "host"};

	for (size_t i = 0; i < ARRAY_SIZE(framing); i++)
		if (!strncasecmp(name, framing[i], strlen(framing[i])) &&
		    !head_is(name, framing[i]))
			return true;
	return false;
}

static bool check_header(const struct http_header *header, struct http_refusal *refusal)
{
	if (!is_token(header->name) || is_glued(header->name))
		return refuse(refusal, 400, "a header's name is none, or its line was folded");
	for (const char *at = header->value; *at; at++)
		if (((unsigned char)*at < ' ' && *at != '\t') || *at == 0x7f)
			return refuse(refusal, 400, "a header has a control character in it");
	return true;
}

/* The headers of which a second one would make it a matter of taste which is meant. */
static bool check_alone(const struct http_head *head, struct http_refusal *refusal)
{
	static const char *const alone[] = {
		"content-length",
		"transfer-encoding",
		"host",
		"authorization",
		"content-type",
		"expect",
		"range",
		"date",
		"x-amz-date",
		"x-amz-content-sha256",
		"x-amz-security-token",
	};
	bool seen[ARRAY_SIZE(alone)] = {0};

	for (size_t i = 0; i < head->header_count; i++)
		for (size_t j = 0; j < ARRAY_SIZE(alone); j++) {
			if (!head_is(head->headers[i].name, alone[j]))
				continue;
			if (seen[j])
				return refuse(refusal, 400,
					      "a header that may come only once comes twice");
			seen[j] = true;
		}
	return true;
}

static bool check_headers(const struct http_head *head, struct http_refusal *refusal)
{
	size_t bytes = strlen(head->target);

	if (head->header_count > HTTP_HEADERS_MAX)
		return refuse(refusal, 431, "more than 100 headers");
	for (size_t i = 0; i < head->header_count; i++) {
		if (!check_header(&head->headers[i], refusal))
			return false;
		bytes += strlen(head->headers[i].name) + strlen(head->headers[i].value);
	}
	if (bytes > HTTP_HEAD_BYTES)
		return refuse(refusal, 431, "the request's head has more than 16 KiB");
	return check_alone(head, refusal);
}

/* ---- what follows the head ---- */

static const char *find(const struct http_head *head, const char *name)
{
	for (size_t i = 0; i < head->header_count; i++)
		if (head_is(head->headers[i].name, name))
			return head->headers[i].value;
	return NULL;
}

static bool read_length(const char *text, uint64_t *length, struct http_refusal *refusal)
{
	uint64_t value = 0;

	if (!*text)
		return refuse(refusal, 400, "Content-Length is empty");
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return refuse(refusal, 400, "Content-Length is not a number");
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, *text - '0', &value))
			return refuse(refusal, 413, "the body is too large");
	}
	*length = value;
	return true;
}

static bool check_framing(const struct http_head *head, struct http_framing *framing,
			  struct http_refusal *refusal)
{
	const char *length = find(head, "content-length");
	const char *coding = find(head, "transfer-encoding");
	const char *expect = find(head, "expect");
	bool is_1_0 = !strcmp(head->version, "HTTP/1.0");

	*framing = (struct http_framing){.chunked = coding, .continues = expect && !is_1_0};
	if (coding && length)
		return refuse(refusal, 400, "Content-Length and Transfer-Encoding together");
	if (coding && is_1_0)
		return refuse(refusal, 400, "Transfer-Encoding, which HTTP/1.0 does not have");
	if (coding && !head_is(coding, "chunked"))
		return refuse(refusal, 400, "Transfer-Encoding other than 'chunked'");
	if (length && !read_length(length, &framing->length, refusal))
		return false;
	if (!is_1_0 && !find(head, "host"))
		return refuse(refusal, 400, "HTTP/1.1 without Host");
	if (expect && !head_is(expect, "100-continue"))
		return refuse(refusal, 417, "Expect other than '100-continue'");
	return true;
}

bool head_check(const struct http_head *head, struct http_framing *framing,
		struct http_refusal *refusal)
{
	return check_line(head, refusal) && check_headers(head, refusal) &&
	       check_framing(head, framing, refusal);
}
