/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Heads as they arrive from the library, and what is said of each. */
#include "http/head.h"

#include <stdlib.h>

#include "../check.h"
#include "base/alloc.h"
#include "base/units.h"

struct head_case {
	const char *name;
	const char *method, *version, *target; /* GET, HTTP/1.1, / where NULL */
	struct http_header headers[6];
	bool no_host; /* otherwise a Host comes first */
	unsigned status;
	const char *refusal;
	struct http_framing framing;
};

static const struct head_case cases[] = {
	{.name = "the least"},
	{.name = "HTTP/1.0 without Host", .version = "HTTP/1.0", .no_host = true},
	{.name = "a length", .headers = {{"Content-Length", "12"}}, .framing = {.length = 12}},
	{.name = "no body, said so", .headers = {{"content-length", "0"}}},
	{.name = "chunks",
	 .headers = {{"Transfer-Encoding", "Chunked"}},
	 .framing = {.chunked = true}},
	{.name = "the client waits for a word",
	 .headers = {{"Expect", "100-Continue"}, {"Content-Length", "3"}},
	 .framing = {.continues = true, .length = 3}},
	{.name = "bytes above ASCII in a value", .headers = {{"X-Name", "J\xc3\xbcrgen \xff"}}},
	{.name = "a TAB in a value", .headers = {{"X-Name", "a\tb"}}},
	{.name = "one name many times, which is a list", .headers = {{"X-A", "1"}, {"X-A", "2"}}},
	{.name = "every byte that a target may have",
	 .target = "/AZaz09-._~!$&'()*+,;=:@/%2F?a=b&c=/?[]\\^`{|}<>\""},

	{.name = "a method nobody has",
	 .method = "BREW",
	 .status = 501,
	 .refusal = "the method is none of GET, HEAD, POST, PUT, DELETE, OPTIONS"},
	{.name = "a method in small letters",
	 .method = "get",
	 .status = 501,
	 .refusal = "the method"},
	{.name = "a proxy's method",
	 .method = "CONNECT",
	 .target = "a:1",
	 .status = 501,
	 .refusal = "the method"},
	{.name = "HTTP/1.2",
	 .version = "HTTP/1.2",
	 .status = 505,
	 .refusal = "the version is neither HTTP/1.1 nor HTTP/1.0"},
	{.name = "no version", .version = "", .status = 505, .refusal = "the version"},
	{.name = "an absolute target",
	 .target = "http://evil/a",
	 .status = 400,
	 .refusal = "does not begin with '/'"},
	{.name = "the star",
	 .method = "OPTIONS",
	 .target = "*",
	 .status = 400,
	 .refusal = "does not begin with '/'"},
	{.name = "no target", .target = "", .status = 400, .refusal = "does not begin with '/'"},
	{.name = "a space in the target",
	 .target = "/a b",
	 .status = 400,
	 .refusal = "a byte that must be %-encoded"},
	{.name = "a fragment", .target = "/a#b", .status = 400, .refusal = "must be %-encoded"},
	{.name = "UTF-8 as it is",
	 .target = "/\xc3\xa4",
	 .status = 400,
	 .refusal = "must be %-encoded"},
	{.name = "a control byte in the target",
	 .target = "/\x01",
	 .status = 400,
	 .refusal = "must be %-encoded"},

	{.name = "a name with a space",
	 .headers = {{"X A", "1"}},
	 .status = 400,
	 .refusal = "a header's name is none, or its line was folded"},
	{.name = "a name with a control byte",
	 .headers = {{"X\x01", "1"}},
	 .status = 400,
	 .refusal = "a header's name"},
	{.name = "no name", .headers = {{"", "1"}}, .status = 400, .refusal = "a header's name"},
	{.name = "a name in UTF-8",
	 .headers = {{"X\xc3\xa4", "1"}},
	 .status = 400,
	 .refusal = "a header's name"},
	{.name = "a folded framing header",
	 .headers = {{"Transfer-Encodingchunked", ""}},
	 .status = 400,
	 .refusal = "its line was folded"},
	{.name = "a folded length",
	 .headers = {{"content-length3", ""}},
	 .status = 400,
	 .refusal = "its line was folded"},
	{.name = "a bare CR in a value",
	 .headers = {{"X-A", "x\rX-B: y"}},
	 .status = 400,
	 .refusal = "a header has a control character in it"},
	{.name = "DEL in a value",
	 .headers = {{"X-A", "\x7f"}},
	 .status = 400,
	 .refusal = "a header has a control character"},

	{.name = "two lengths",
	 .headers = {{"Content-Length", "3"}, {"Content-Length", "8"}},
	 .status = 400,
	 .refusal = "a header that may come only once comes twice"},
	{.name = "two equal lengths",
	 .headers = {{"Content-Length", "3"}, {"content-length", "3"}},
	 .status = 400,
	 .refusal = "comes twice"},
	{.name = "two codings",
	 .headers = {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "identity"}},
	 .status = 400,
	 .refusal = "comes twice"},
	{.name = "two hosts", .headers = {{"host", "b"}}, .status = 400, .refusal = "comes twice"},
	{.name = "two signatures",
	 .headers = {{"Authorization", "a"}, {"authorization", "b"}},
	 .status = 400,
	 .refusal = "comes twice"},
	{.name = "two dates of a signature",
	 .headers = {{"X-Amz-Date", "a"}, {"x-amz-date", "b"}},
	 .status = 400,
	 .refusal = "comes twice"},
	{.name = "two types",
	 .headers = {{"Content-Type", "a"}, {"Content-Type", "a"}},
	 .status = 400,
	 .refusal = "comes twice"},
	{.name = "a length and chunks",
	 .headers = {{"Content-Length", "3"}, {"Transfer-Encoding", "chunked"}},
	 .status = 400,
	 .refusal = "Content-Length and Transfer-Encoding together"},
	{.name = "a coding nobody has",
	 .headers = {{"Transfer-Encoding", "identity"}},
	 .status = 400,
	 .refusal = "Transfer-Encoding other than 'chunked'"},
	{.name = "two codings in one",
	 .headers = {{"Transfer-Encoding", "gzip, chunked"}},
	 .status = 400,
	 .refusal = "other than 'chunked'"},
	{.name = "nearly chunked",
	 .headers = {{"Transfer-Encoding", "xchunked"}},
	 .status = 400,
	 .refusal = "other than 'chunked'"},
	{.name = "an empty coding",
	 .headers = {{"Transfer-Encoding", ""}},
	 .status = 400,
	 .refusal = "other than 'chunked'"},
	{.name = "chunks in HTTP/1.0",
	 .version = "HTTP/1.0",
	 .headers = {{"Transfer-Encoding", "chunked"}},
	 .status = 400,
	 .refusal = "which HTTP/1.0 does not have"},
	{.name = "a length with a sign",
	 .headers = {{"Content-Length", "+3"}},
	 .status = 400,
	 .refusal = "Content-Length is not a number"},
	{.name = "a length in hex",
	 .headers = {{"Content-Length", "0x3"}},
	 .status = 400,
	 .refusal = "is not a number"},
	{.name = "a list of lengths",
	 .headers = {{"Content-Length", "3, 3"}},
	 .status = 400,
	 .refusal = "is not a number"},
	{.name = "an empty length",
	 .headers = {{"Content-Length", ""}},
	 .status = 400,
	 .refusal = "Content-Length is empty"},
	{.name = "2^64 - 1",
	 .headers = {{"Content-Length", "18446744073709551615"}},
	 .framing = {.length = UINT64_MAX}},
	{.name = "2^64",
	 .headers = {{"Content-Length", "18446744073709551616"}},
	 .status = 413,
	 .refusal = "the body is too large"},
	{.name = "no Host in HTTP/1.1",
	 .no_host = true,
	 .status = 400,
	 .refusal = "HTTP/1.1 without Host"},
	{.name = "something else expected",
	 .headers = {{"Expect", "200-ok"}},
	 .status = 417,
	 .refusal = "Expect other than '100-continue'"},
};

/* The case's headers, a Host before them unless it wants none; *count of them. */
static void gather(const struct head_case *c, struct http_header *to, size_t *count)
{
	*count = 0;
	if (!c->no_host)
		to[(*count)++] = (struct http_header){"Host", "a"};
	for (const struct http_header *h = c->headers; h->name; h++)
		to[(*count)++] = *h;
}

static void each_head(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct head_case *c = &cases[i];
		struct http_header headers[ARRAY_SIZE(c->headers) + 1];
		struct http_head head = {c->method ?: "GET", c->version ?: "HTTP/1.1",
					 c->target ?: "/", headers, 0};
		struct http_framing framing;
		struct http_refusal refusal = {0};
		bool sound;

		gather(c, headers, &head.header_count);
		sound = head_check(&head, &framing, &refusal);
		if (sound == (c->refusal != NULL) || refusal.status != c->status ||
		    (c->refusal && !strstr(refusal.words, c->refusal)))
			fail_msg("%s: %u %s", c->name, refusal.status,
				 refusal.words ? refusal.words : "taken");
		if (sound && (framing.chunked != c->framing.chunked ||
			      framing.continues != c->framing.continues ||
			      framing.length != c->framing.length))
			fail_msg("%s: framing %d %d %lu", c->name, framing.chunked,
				 framing.continues, framing.length);
	}
}

static struct http_refusal judge_many(size_t count, const char *value)
{
	struct http_header *headers = xcalloc(count, sizeof(*headers));
	struct http_head head = {"GET", "HTTP/1.1", "/", headers, count};
	struct http_refusal refusal = {0};
	struct http_framing framing;

	headers[0] = (struct http_header){"Host", "a"};
	for (size_t i = 1; i < count; i++)
		headers[i] = (struct http_header){"A", value};
	head_check(&head, &framing, &refusal);
	free(headers);
	return refusal;
}

static void the_limits(void **state)
{
	char value[1025];

	(void)state;
	memset(value, 'v', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	assert_int_equal(judge_many(100, "").status, 0);
	assert_int_equal(judge_many(101, "").status, 431);
	assert_string_equal(judge_many(101, "").words, "more than 100 headers");
	assert_int_equal(judge_many(16, value).status, 0);
	assert_int_equal(judge_many(17, value).status, 431);
	assert_string_equal(judge_many(17, value).words, "the request's head has more than 16 KiB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_head),
		cmocka_unit_test(the_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
