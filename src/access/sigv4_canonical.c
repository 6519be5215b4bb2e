/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The canonical request: each part in the one form that signer and verifier agree on.
 *
 *	path     dot segments and empty ones removed, then encoded (again: %20 becomes %2520)
 *	query    pairs decoded, encoded, sorted by key, then value; no X-Amz-Signature
 *	headers  names in lower case, values trimmed and their inner white space one space; those of
 *	         one name joined by ',' as they came
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "access/sigv4_internal.h"
#include "base/alloc.h"
#include "base/cleanup.h"

/* ---- encoding ---- */

static bool is_unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

static void encode_byte(struct buffer *out, char c, bool keep_slash)
{
	static const char hex[] = "0123456789ABCDEF";
	uint8_t byte = (uint8_t)c;

	if (is_unreserved(c) || (keep_slash && c == '/')) {
		buffer_add_u8(out, byte);
		return;
	}
	buffer_add_u8(out, '%');
	buffer_add_u8(out, (uint8_t)hex[byte >> 4]);
	buffer_add_u8(out, (uint8_t)hex[byte & 15]);
}

void canonical_encode(struct buffer *out, const char *bytes, size_t n, bool keep_slash)
{
	for (size_t i = 0; i < n; i++)
		encode_byte(out, bytes[i], keep_slash);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What stands there, encoded once, however it was encoded; a stray % is itself. */
static void encode_again(struct buffer *out, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = bytes[i];

		if (c == '%' && i + 2 < n && hex_value(bytes[i + 1]) >= 0 &&
		    hex_value(bytes[i + 2]) >= 0) {
			c = (char)(hex_value(bytes[i + 1]) << 4 | hex_value(bytes[i + 2]));
			i += 2;
		} else if (c == '+') {
			c = ' '; /* as a form has it */
		}
		encode_byte(out, c, false);
	}
}

/* ---- path ---- */

/* Drops empty segments and ".", and with ".." the one before; the first and last '/' stay. */
static void normalize_path(const char *path, struct buffer *to)
{
	size_t length = strlen(path);

	for (const char *at = path; *at;) {
		size_t n = strcspn(at, "/");

		if (n == 2 && !memcmp(at, "..", 2)) {
			while (to->size && to->bytes[--to->size] != '/')
				;
		} else if (n && !(n == 1 && *at == '.')) {
			buffer_add_u8(to, '/');
			buffer_add(to, at, n);
		}
		at += n + (at[n] == '/');
	}
	if (!to->size || path[length - 1] == '/')
		buffer_add_u8(to, '/');
}

static void add_path(const struct sigv4_request *request, struct buffer *out)
{
	CLEANUP(buffer_done) struct buffer normal = {0};
	const char *path = request->path && *request->path ? request->path : "/";

	if (!strcmp(path, "/")) { /* EC2's and STS's, always */
		buffer_add_u8(out, '/');
		return;
	}
	if (request->raw_path) {
		canonical_encode(out, path, strlen(path), true);
		return;
	}
	normalize_path(path, &normal);
	canonical_encode(out, (const char *)normal.bytes, normal.size, true);
}

/* ---- query ---- */

struct pair {
	size_t key, value; /* offsets of NUL-terminated texts */
	const char *texts; /* what they are offsets in, once it no longer grows */
};

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = strcmp(x->texts + x->key, y->texts + y->key);

	return order ? order : strcmp(x->texts + x->value, y->texts + y->value);
}

static bool is_left_out(const char *pair, size_t key_size, const struct canonical_ways *ways)
{
	static const char signature[] = "X-Amz-Signature", token[] = "X-Amz-Security-Token";

	if (key_size == strlen(signature) && !memcmp(pair, signature, key_size))
		return true;
	return ways->without_token && key_size == strlen(token) && !memcmp(pair, token, key_size);
}

static void take_text(struct buffer *texts, const char *from, size_t n, bool as_sent)
{
	if (as_sent)
		buffer_add(texts, from, n);
	else
		encode_again(texts, from, n);
	buffer_add_u8(texts, '\0');
}

static size_t take_pairs(const char *query, const struct canonical_ways *ways, struct buffer *texts,
			 struct pair *pairs)
{
	size_t count = 0;

	for (const char *at = query; at;) {
		size_t n = strcspn(at, "&");
		const char *equals = memchr(at, '=', n);
		size_t key = equals ? (size_t)(equals - at) : n;
		size_t value = equals ? key + 1 : n;

		/* an empty pair is one to botocore ("="), and nothing to others */
		if ((n || ways->query_as_sent) && !is_left_out(at, key, ways)) {
			pairs[count].key = texts->size;
			take_text(texts, at, key, ways->query_as_sent);
			pairs[count].value = texts->size;
			take_text(texts, at + value, n - value, ways->query_as_sent);
			count++;
		}
		at = at[n] ? at + n + 1 : NULL;
	}
	return count;
}

static size_t count_pairs(const char *query)
{
	size_t count = 1;

	for (const char *at = query; (at = strchr(at, '&')); at++)
		count++;
	return count;
}

static bool add_query(const char *query, const struct canonical_ways *ways, struct buffer *out,
		      struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer texts = {0};
	CLEANUP(free_ptr) struct pair *pairs = NULL;
	size_t count;

	if (!query || !*query)
		return true;
	count = count_pairs(query);
	if (count > SIGV4_PARTS_MAX)
		return dint_fail(err, DINT_BAD_REQUEST, "%zu parameters, the most is %u", count,
				 SIGV4_PARTS_MAX);
	pairs = xcalloc(count, sizeof(*pairs));
	count = take_pairs(query, ways, &texts, pairs);
	for (size_t i = 0; i < count; i++)
		pairs[i].texts = (const char *)texts.bytes;
	qsort(pairs, count, sizeof(*pairs), compare_pairs);
	for (size_t i = 0; i < count; i++) {
		buffer_add_text(out, i ? "&" : "");
		buffer_add_text(out, pairs[i].texts + pairs[i].key);
		buffer_add_text(out, "=");
		buffer_add_text(out, pairs[i].texts + pairs[i].value);
	}
	return true;
}

/* ---- headers ---- */

const char *canonical_find_header(const struct sigv4_request *request, const char *name,
				  unsigned *count)
{
	const char *found = NULL;
	unsigned n = 0;

	for (size_t i = 0; i < request->header_count; i++) {
		if (strcasecmp(request->headers[i].name, name))
			continue;
		if (!n++)
			found = request->headers[i].value;
	}
	if (count)
		*count = n;
	return found;
}

static void add_value(struct buffer *out, const char *value)
{
	static const char white[] = " \t\r\n\v\f";

	for (const char *at = value + strspn(value, white); *at;) {
		size_t n = strcspn(at, white);

		buffer_add(out, at, n);
		at += n;
		at += strspn(at, white);
		if (*at)
			buffer_add_u8(out, ' ');
	}
}

static bool add_header(const struct sigv4_request *request, const char *name, size_t n,
		       struct buffer *out, struct dint_error *err)
{
	unsigned found = 0;

	for (size_t i = 0; i < request->header_count; i++) {
		const struct sigv4_header *header = &request->headers[i];

		if (strncasecmp(header->name, name, n) || header->name[n])
			continue;
		if (!found++)
			buffer_add(out, name, n);
		buffer_add_u8(out, found == 1 ? ':' : ',');
		add_value(out, header->value);
	}
	if (!found)
		return dint_fail(
			err, DINT_BAD_REQUEST,
			"the header '%.*s' is named among the signed ones and is not there",
			(int)(n < 64 ? n : 64), name);
	buffer_add_u8(out, '\n');
	return true;
}

static bool add_headers(const struct sigv4_request *request, const char *names, struct buffer *out,
			struct dint_error *err)
{
	unsigned count = 0;

	for (const char *at = names; *at;) {
		size_t n = strcspn(at, ";");

		if (++count > SIGV4_PARTS_MAX)
			return dint_fail(err, DINT_BAD_REQUEST, "more than %u signed headers",
					 SIGV4_PARTS_MAX);
		if (!add_header(request, at, n, out, err))
			return false;
		at += n + (at[n] == ';');
	}
	return true;
}

bool canonical_request(const struct sigv4_request *request, const char *signed_headers,
		       const char *body_sha256, const struct canonical_ways *ways,
		       struct buffer *out, struct dint_error *err)
{
	buffer_add_text(out, request->method);
	buffer_add_text(out, "\n");
	add_path(request, out);
	buffer_add_text(out, "\n");
	if (!add_query(request->query, ways, out, err))
		return false;
	buffer_add_text(out, "\n");
	if (!add_headers(request, signed_headers, out, err))
		return false;
	buffer_add_text(out, "\n");
	buffer_add_text(out, signed_headers);
	buffer_add_text(out, "\n");
	buffer_add_text(out, body_sha256);
	return true;
}
