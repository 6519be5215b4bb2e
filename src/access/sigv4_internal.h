/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What signing and verifying have in common: the canonical request, and times as AWS writes them.
 */
#pragma once
#include "access/sigv4.h"

#define SIGV4_ALGORITHM "AWS4-HMAC-SHA256"

/* Clients differ in what they make of a query that is not encoded as it should be. */
struct canonical_ways {
	bool query_as_sent; /* sorted, and otherwise left alone: botocore signs what it sends */
	bool without_token; /* X-Amz-Security-Token was added after signing */
};

/* The text that is signed; signed_headers ascend, so it is not longer than the request (three
 * times: each byte may become %XX). DINT_BAD_REQUEST for a signed header that is not there, and
 * above SIGV4_PARTS_MAX. */
bool canonical_request(const struct sigv4_request *request, const char *signed_headers,
		       const char *body_sha256, const struct canonical_ways *ways,
		       struct buffer *out, struct dint_error *err);

/* Appends everything but A-Za-z0-9-._~ (and '/' where it may stay) as %XX. */
void canonical_encode(struct buffer *out, const char *bytes, size_t n, bool keep_slash);
/* The first header of this name, whatever its case; NULL when there is none. */
const char *canonical_find_header(const struct sigv4_request *request, const char *name,
				  unsigned *count);

void sigv4_time_text(uint64_t time_s, char text[SIGV4_TIME]);
/* 20150830T123600Z, or as HTTP's Date: Sun, 30 Aug 2015 12:36:00 GMT. */
bool sigv4_time_read(const char *text, uint64_t *time_s);
