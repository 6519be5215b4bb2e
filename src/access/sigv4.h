/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AWS Signature Version 4, both ways: a request is reduced to one canonical text, whose keyed hash
 * stands in the Authorization header or, presigned, in the query. One module signs and verifies, so
 * that the two cannot drift apart.
 *
 *	canonical request = METHOD \n path \n query \n (name:value \n)* \n names \n sha256(body)
 *	string to sign    = AWS4-HMAC-SHA256 \n time \n date/region/service/aws4_request \n
 *	                    sha256(canonical request)
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/sha256.h"

#define SIGV4_SKEW_S	  (15 * 60)	  /* as AWS allows it, either way */
#define SIGV4_EXPIRES_MAX (7 * 24 * 3600) /* seconds, of a presigned request */
#define SIGV4_KEY_ID	  129		  /* longest access key id that AWS knows, NUL */
#define SIGV4_SCOPE_PART  65		  /* region, service, NUL */
#define SIGV4_TIME	  17		  /* 20150830T123600Z, NUL */
#define SIGV4_PARTS_MAX	  1000		  /* parameters of a query, headers of a request */

struct sigv4_header {
	const char *name, *value; /* as they came, in the order in which they came */
};

/* A request as it came, before any rewriting; everything borrowed. */
struct sigv4_request {
	const char *method;
	const char *path;  /* raw, "/" where there is none */
	const char *query; /* raw, without the '?'; NULL: none */
	const struct sigv4_header *headers;
	size_t header_count;
	const void *body;
	size_t body_size;
	bool raw_path; /* signed with dot segments and double slashes, as for S3 */
};

/* How it came about that a request is not believed; ec2/, sts and api/ have their own words. */
enum sigv4_result {
	SIGV4_OK,
	SIGV4_UNSIGNED,	  /* neither header nor query carries a signature */
	SIGV4_INCOMPLETE, /* not of the form, or something is missing from what is signed */
	SIGV4_WRONG_BODY, /* X-Amz-Content-SHA256 is not the body's */
	SIGV4_EXPIRED,	  /* the clock is off by more than the skew, or a presigned time is over */
	SIGV4_MISMATCH,	  /* the signature is another */
};

/* What a request says of itself: form checked, nothing believed. Borrows from the request. */
struct sigv4_claim {
	bool presigned;
	char key_id[SIGV4_KEY_ID];
	char region[SIGV4_SCOPE_PART], service[SIGV4_SCOPE_PART];
	char date[9]; /* of the scope: 20150830 */
	char time[SIGV4_TIME];
	uint64_t time_s;      /* the same, since 1970 */
	uint64_t expires_s;   /* presigned: how long it is good */
	char *signed_headers; /* "host;x-amz-date"; owned */
	char signature[SHA256_TEXT];
	bool has_token; /* X-Amz-Security-Token, either way */
};

/* Reads the claim; err says in AWS's manner what is missing or wrong. */
enum sigv4_result sigv4_read(const struct sigv4_request *request, struct sigv4_claim *claim,
			     struct dint_error *err);
void sigv4_claim_done(struct sigv4_claim *claim);

/* The key that signs for one day, region and service. */
void sigv4_signing_key(const char *secret, const char *date, const char *region,
		       const char *service, uint8_t key[SHA256_BYTES]);

/* Whether the request was signed with the key, body and all; the comparison takes the same time
 * whatever differs. The time is not looked at: sigv4_check_time. */
enum sigv4_result sigv4_verify(const struct sigv4_request *request, const struct sigv4_claim *claim,
			       const uint8_t key[SHA256_BYTES], struct dint_error *err);
enum sigv4_result sigv4_check_time(const struct sigv4_claim *claim, uint64_t now_s,
				   struct dint_error *err);

/* What the signer chooses. */
struct sigv4_signer {
	const char *key_id, *secret, *region, *service;
	const char *token;   /* NULL: none */
	uint64_t time_s;     /* since 1970 */
	uint64_t expires_s;  /* presigned */
	bool add_body_hash;  /* sign X-Amz-Content-SHA256 too */
	bool token_unsigned; /* the token goes along and is not signed */
};

/* The headers to add to the request (X-Amz-Date, …, Authorization), a "Name:value\n" each. */
bool sigv4_sign(const struct sigv4_request *request, const struct sigv4_signer *signer,
		struct buffer *headers, struct dint_error *err);
/* The query that takes the place of the request's. */
bool sigv4_presign(const struct sigv4_request *request, const struct sigv4_signer *signer,
		   struct buffer *query, struct dint_error *err);
