/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signing and verifying: the canonical request's hash under the day's key. */
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "access/hmac_internal.h"
#include "access/sigv4_internal.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/units.h"

#define BODY_HASH "X-Amz-Content-SHA256"
#define TOKEN	  "X-Amz-Security-Token"

/* Never signed: on the way they come, go and change (botocore's SIGNED_HEADERS_BLACKLIST, and those
 * of RFC 9110 section 7.6.1). */
static const char *const unsigned_headers[] = {
	"connection",
	"expect",
	"keep-alive",
	"proxy-authenticate",
	"proxy-authorization",
	"te",
	"trailer",
	"transfer-encoding",
	"upgrade",
	"user-agent",
	"x-amzn-trace-id",
};

void sigv4_signing_key(const char *secret, const char *date, const char *region,
		       const char *service, uint8_t key[SHA256_BYTES])
{
	CLEANUP(free_ptr) char *first = xasprintf("AWS4%s", secret);

	hmac_sha256(first, strlen(first), date, strlen(date), key);
	hmac_sha256(key, SHA256_BYTES, region, strlen(region), key);
	hmac_sha256(key, SHA256_BYTES, service, strlen(service), key);
	hmac_sha256(key, SHA256_BYTES, "aws4_request", strlen("aws4_request"), key);
	explicit_bzero(first, strlen(first));
}

static void hash_text(const void *bytes, size_t n, char text[SHA256_TEXT])
{
	uint8_t sum[SHA256_BYTES];
	struct sha256 hash;

	sha256_init(&hash);
	sha256_add(&hash, bytes, n);
	sha256_end(&hash, sum);
	sha256_text(sum, text);
}

/* The scope's day is the time's. */
static void sign_text(const struct buffer *canonical, const char *time, const char *region,
		      const char *service, const uint8_t key[SHA256_BYTES],
		      char signature[SHA256_TEXT])
{
	CLEANUP(buffer_done) struct buffer text = {0};
	char hash[SHA256_TEXT];
	uint8_t mac[SHA256_BYTES];

	hash_text(canonical->bytes, canonical->size, hash);
	buffer_printf(&text, SIGV4_ALGORITHM "\n%s\n%.8s/%s/%s/aws4_request\n%s", time, time,
		      region, service, hash);
	hmac_sha256(key, SHA256_BYTES, text.bytes, text.size, mac);
	sha256_text(mac, signature);
}

/* ---- verifying ---- */

static enum sigv4_result check_body(const struct sigv4_request *request, char hash[SHA256_TEXT],
				    struct dint_error *err)
{
	const char *claimed = canonical_find_header(request, BODY_HASH, NULL);

	hash_text(request->body, request->body_size, hash);
	if (!claimed || !strcmp(claimed, hash))
		return SIGV4_OK;
	dint_error_set(err, DINT_DENIED, "the body's SHA-256 is %s, and " BODY_HASH " says '%.64s'",
		       hash, claimed);
	return SIGV4_WRONG_BODY;
}

static bool matches(const struct sigv4_request *request, const struct sigv4_claim *claim,
		    const uint8_t key[SHA256_BYTES], const char *body_hash,
		    const struct canonical_ways *ways, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer canonical = {0};
	char wanted[SHA256_TEXT];

	if (!canonical_request(request, claim->signed_headers, body_hash, ways, &canonical, err))
		return false;
	sign_text(&canonical, claim->time, claim->region, claim->service, key, wanted);
	if (!sodium_memcmp(wanted, claim->signature, SHA256_TEXT - 1))
		return true;
	return dint_fail(err, DINT_DENIED,
			 "The request signature we calculated does not match the signature you "
			 "provided. Check your AWS Secret Access Key and signing method. Consult "
			 "the service documentation for details.");
}

enum sigv4_result sigv4_verify(const struct sigv4_request *request, const struct sigv4_claim *claim,
			       const uint8_t key[SHA256_BYTES], struct dint_error *err)
{
	bool has_query = request->query && *request->query;
	bool has_token = claim->presigned && claim->has_token;
	char body_hash[SHA256_TEXT];
	enum sigv4_result body = check_body(request, body_hash, err);

	if (body != SIGV4_OK)
		return body;
	for (unsigned way = 0; way < 4; way++) {
		struct canonical_ways ways = {.query_as_sent = way & 1, .without_token = way & 2};

		if ((ways.query_as_sent && !has_query) || (ways.without_token && !has_token))
			continue;
		if (matches(request, claim, key, body_hash, &ways, err))
			return SIGV4_OK;
	}
	return SIGV4_MISMATCH;
}

enum sigv4_result sigv4_check_time(const struct sigv4_claim *claim, uint64_t now_s,
				   struct dint_error *err)
{
	uint64_t last_s = claim->time_s + (claim->presigned ? claim->expires_s : SIGV4_SKEW_S);
	char now[SIGV4_TIME], last[SIGV4_TIME];

	if (now_s <= last_s && claim->time_s <= now_s + SIGV4_SKEW_S)
		return SIGV4_OK;
	sigv4_time_text(now_s, now);
	sigv4_time_text(last_s, last);
	if (now_s > last_s)
		dint_error_set(err, DINT_DENIED,
			       "Request has expired. Signature expired: signed at %s, good until "
			       "%s, and the time here is %s",
			       claim->time, last, now);
	else
		dint_error_set(err, DINT_DENIED,
			       "Request has expired. Signature not yet current: signed at %s, more "
			       "than %u minutes after the time here, %s",
			       claim->time, SIGV4_SKEW_S / 60, now);
	return SIGV4_EXPIRED;
}

/* ---- signing ---- */

static bool is_signable(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(unsigned_headers); i++)
		if (!strcasecmp(name, unsigned_headers[i]))
			return false;
	return true;
}

static int compare_names(const void *a, const void *b)
{
	return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

/* "content-type;host;x-amz-date": each name once, in order. */
static void join_names(const struct sigv4_request *request, const char *except, struct buffer *out)
{
	CLEANUP(free_ptr) const char **names = xcalloc(request->header_count, sizeof(*names));
	size_t count = 0;

	for (size_t i = 0; i < request->header_count; i++)
		if (is_signable(request->headers[i].name) &&
		    (!except || strcasecmp(request->headers[i].name, except) != 0))
			names[count++] = request->headers[i].name;
	qsort(names, count, sizeof(*names), compare_names);
	for (size_t i = 0; i < count; i++) {
		if (i && !strcasecmp(names[i], names[i - 1]))
			continue;
		buffer_add_text(out, out->size ? ";" : "");
		for (const char *c = names[i]; *c; c++)
			buffer_add_u8(out, (uint8_t)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c));
	}
}

static bool sign_request(const struct sigv4_request *request, const struct sigv4_signer *signer,
			 const char *names, const char *time, const struct canonical_ways *ways,
			 char signature[SHA256_TEXT], struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer canonical = {0};
	char hash[SHA256_TEXT], date[9];
	uint8_t key[SHA256_BYTES];

	hash_text(request->body, request->body_size, hash);
	if (!canonical_request(request, names, hash, ways, &canonical, err))
		return false;
	snprintf(date, sizeof(date), "%.8s", time);
	sigv4_signing_key(signer->secret, date, signer->region, signer->service, key);
	sign_text(&canonical, time, signer->region, signer->service, key, signature);
	explicit_bzero(key, sizeof(key));
	return true;
}

bool sigv4_sign(const struct sigv4_request *request, const struct sigv4_signer *signer,
		struct buffer *headers, struct dint_error *err)
{
	CLEANUP(free_ptr)
	struct sigv4_header *all = xcalloc(request->header_count + 3, sizeof(*all));
	CLEANUP(buffer_done) struct buffer names = {0};
	struct canonical_ways ways = {0};
	struct sigv4_request whole = *request;
	char time[SIGV4_TIME], hash[SHA256_TEXT], signature[SHA256_TEXT];

	sigv4_time_text(signer->time_s, time);
	hash_text(request->body, request->body_size, hash);
	for (size_t i = 0; i < request->header_count; i++)
		all[i] = request->headers[i];
	whole.headers = all;
	all[whole.header_count++] = (struct sigv4_header){"X-Amz-Date", time};
	if (signer->add_body_hash)
		all[whole.header_count++] = (struct sigv4_header){BODY_HASH, hash};
	if (signer->token)
		all[whole.header_count++] = (struct sigv4_header){TOKEN, signer->token};
	join_names(&whole, signer->token_unsigned ? TOKEN : NULL, &names);
	if (!sign_request(&whole, signer, buffer_text(&names), time, &ways, signature, err))
		return false;
	for (size_t i = request->header_count; i < whole.header_count; i++)
		buffer_printf(headers, "%s:%s\n", all[i].name, all[i].value);
	buffer_printf(headers,
		      "Authorization:" SIGV4_ALGORITHM " Credential=%s/%.8s/%s/%s/aws4_request, "
		      "SignedHeaders=%s, Signature=%s\n",
		      signer->key_id, time, signer->region, signer->service, buffer_text(&names),
		      signature);
	return true;
}

static void add_parameter(struct buffer *query, const char *name, const char *value)
{
	buffer_add_text(query, query->size ? "&" : "");
	buffer_printf(query, "%s=", name);
	canonical_encode(query, value, strlen(value), false);
}

bool sigv4_presign(const struct sigv4_request *request, const struct sigv4_signer *signer,
		   struct buffer *query, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer names = {0};
	CLEANUP(free_ptr) char *expires = xasprintf("%" PRIu64, signer->expires_s);
	CLEANUP(free_ptr) char *credential = NULL;
	struct canonical_ways ways = {.without_token = signer->token_unsigned};
	struct sigv4_request whole = *request;
	char time[SIGV4_TIME], signature[SHA256_TEXT];

	sigv4_time_text(signer->time_s, time);
	credential = xasprintf("%s/%.8s/%s/%s/aws4_request", signer->key_id, time, signer->region,
			       signer->service);
	join_names(request, NULL, &names);
	if (request->query)
		buffer_add_text(query, request->query);
	add_parameter(query, "X-Amz-Algorithm", SIGV4_ALGORITHM);
	add_parameter(query, "X-Amz-Credential", credential);
	add_parameter(query, "X-Amz-Date", time);
	add_parameter(query, "X-Amz-Expires", expires);
	add_parameter(query, "X-Amz-SignedHeaders", buffer_text(&names));
	if (signer->token)
		add_parameter(query, TOKEN, signer->token);
	whole.query = buffer_text(query);
	if (!sign_request(&whole, signer, buffer_text(&names), time, &ways, signature, err))
		return false;
	add_parameter(query, "X-Amz-Signature", signature);
	return true;
}
