/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a request says of its signature, in one of two places:
 *
 *	Authorization: AWS4-HMAC-SHA256 Credential=KEY/20150830/REGION/SERVICE/aws4_request,
 *	               SignedHeaders=host;x-amz-date, Signature=64 hex digits
 *	?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=…&X-Amz-Date=…&X-Amz-Expires=…
 *	&X-Amz-SignedHeaders=…&X-Amz-Signature=…
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "access/sigv4_internal.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"

/* Texts of the claim before they are taken apart; owned. */
struct claim_texts {
	char *credential, *signed_headers, *signature, *date, *expires;
};

static void claim_texts_done(struct claim_texts *texts)
{
	free(texts->credential);
	free(texts->signed_headers);
	free(texts->signature);
	free(texts->date);
	free(texts->expires);
}

/* ---- both ---- */

static bool take_part(const char **at, char end, char *to, size_t size)
{
	const char *stop = strchr(*at, end);
	size_t n = stop ? (size_t)(stop - *at) : 0;

	if (!n || n >= size)
		return false;
	memcpy(to, *at, n);
	to[n] = '\0';
	*at = stop + 1;
	return true;
}

static bool read_credential(const char *text, struct sigv4_claim *claim, struct dint_error *err)
{
	const char *at = text;

	if (!take_part(&at, '/', claim->key_id, sizeof(claim->key_id)) ||
	    !take_part(&at, '/', claim->date, sizeof(claim->date)) ||
	    !take_part(&at, '/', claim->region, sizeof(claim->region)) ||
	    !take_part(&at, '/', claim->service, sizeof(claim->service)) ||
	    strcmp(at, "aws4_request") != 0)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "Credential must have the form "
				 "KEY/YYYYMMDD/region/service/aws4_request");
	return true;
}

static bool read_signature(const char *text, struct sigv4_claim *claim, struct dint_error *err)
{
	if (strlen(text) != SHA256_TEXT - 1 || strspn(text, "0123456789abcdef") != SHA256_TEXT - 1)
		return dint_fail(err, DINT_BAD_REQUEST, "Signature must be 64 hex digits");
	memcpy(claim->signature, text, SHA256_TEXT);
	return true;
}

/* Strictly ascending, as AWS wants them: so none is there twice, and none fills the memory. */
static bool ascends(const char *names)
{
	const char *before = NULL;
	size_t before_size = 0;

	for (const char *at = names; *at;) {
		size_t n = strcspn(at, ";");
		size_t common = n < before_size ? n : before_size;
		int order = before ? memcmp(before, at, common) : -1;

		if (!n || order > 0 || (!order && before_size >= n))
			return false;
		before = at;
		before_size = n;
		at += n + (at[n] == ';');
	}
	return before && names[strlen(names) - 1] != ';';
}

static bool is_signed(const char *names, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = names; *at;) {
		size_t n = strcspn(at, ";");

		if (n == length && !strncasecmp(at, name, n))
			return true;
		at += n + (at[n] == ';');
	}
	return false;
}

static bool read_signed_headers(char **names, struct sigv4_claim *claim, struct dint_error *err)
{
	if (!ascends(*names))
		return dint_fail(
			err, DINT_BAD_REQUEST,
			"SignedHeaders must be names in ascending order, with ';' between");
	for (const char *at = *names; *at; at++)
		if (isupper((unsigned char)*at))
			return dint_fail(err, DINT_BAD_REQUEST,
					 "SignedHeaders must be in lower case");
	if (!is_signed(*names, "host"))
		return dint_fail(err, DINT_BAD_REQUEST, "'Host' must be a signed header");
	claim->signed_headers = TAKE(*names);
	return true;
}

/* What would change the meaning must be signed; a token means nothing here, and some add it later.
 */
static bool check_signed(const struct sigv4_request *request, const struct sigv4_claim *claim,
			 struct dint_error *err)
{
	for (size_t i = 0; i < request->header_count; i++) {
		const char *name = request->headers[i].name;

		if (!strncasecmp(name, "x-amz-", 6) && strcasecmp(name, "x-amz-security-token") &&
		    !is_signed(claim->signed_headers, name))
			return dint_fail(err, DINT_BAD_REQUEST,
					 "the header '%.64s' is present and not signed", name);
	}
	return true;
}

static bool read_time(const char *text, struct sigv4_claim *claim, struct dint_error *err)
{
	if (!sigv4_time_read(text, &claim->time_s))
		return dint_fail(err, DINT_BAD_REQUEST,
				 "the date must have the form YYYYMMDDTHHMMSSZ, not '%.40s'", text);
	sigv4_time_text(claim->time_s, claim->time);
	if (strncmp(claim->time, claim->date, 8) != 0)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "the credential is for %s, the request of %.8s", claim->date,
				 claim->time);
	return true;
}

static bool take_texts(struct claim_texts *texts, struct sigv4_claim *claim, struct dint_error *err)
{
	return read_credential(texts->credential, claim, err) &&
	       read_signed_headers(&texts->signed_headers, claim, err) &&
	       read_signature(texts->signature, claim, err) && read_time(texts->date, claim, err);
}

/* ---- in the Authorization header ---- */

static bool take_field(const char *at, size_t n, struct claim_texts *texts, struct dint_error *err)
{
	static const char *const names[] = {"Credential=", "SignedHeaders=", "Signature="};
	char **const places[] = {&texts->credential, &texts->signed_headers, &texts->signature};

	for (unsigned i = 0; i < 3; i++) {
		size_t length = strlen(names[i]);

		if (n < length || memcmp(at, names[i], length) != 0)
			continue;
		if (*places[i])
			return dint_fail(err, DINT_BAD_REQUEST, "'%s' is there twice", names[i]);
		*places[i] = xstrndup(at + length, n - length);
		return true;
	}
	return dint_fail(err, DINT_BAD_REQUEST,
			 "'%.*s' is not a valid part of the Authorization header",
			 (int)(n < 40 ? n : 40), at);
}

static bool take_fields(const char *text, struct claim_texts *texts, struct dint_error *err)
{
	for (const char *at = text + strspn(text, " ,"); *at;) {
		size_t n = strcspn(at, ",");
		size_t trimmed = n;

		while (trimmed && at[trimmed - 1] == ' ')
			trimmed--;
		if (!take_field(at, trimmed, texts, err))
			return false;
		at += n;
		at += strspn(at, " ,");
	}
	return true;
}

static bool names_missing(const struct claim_texts *texts, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer words = {0};

	if (!texts->credential)
		buffer_add_text(&words, "Authorization header requires 'Credential' parameter. ");
	if (!texts->signature)
		buffer_add_text(&words, "Authorization header requires 'Signature' parameter. ");
	if (!texts->signed_headers)
		buffer_add_text(&words,
				"Authorization header requires 'SignedHeaders' parameter. ");
	if (!texts->date)
		buffer_add_text(&words, "Authorization header requires existence of either a "
					"'X-Amz-Date' or a 'Date' header.");
	if (words.size)
		dint_error_set(err, DINT_BAD_REQUEST, "%s", buffer_text(&words));
	return words.size;
}

static bool read_header(const struct sigv4_request *request, const char *authorization,
			struct sigv4_claim *claim, struct dint_error *err)
{
	CLEANUP(claim_texts_done) struct claim_texts texts = {0};
	const char *date_name = "X-Amz-Date";
	size_t n = strcspn(authorization, " ");
	const char *date;
	unsigned dates;

	if (n != strlen(SIGV4_ALGORITHM) || memcmp(authorization, SIGV4_ALGORITHM, n) != 0)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "the Authorization header must begin with " SIGV4_ALGORITHM
				 ", not '%.40s'",
				 authorization);
	date = canonical_find_header(request, date_name, &dates);
	if (!date) {
		date_name = "Date";
		date = canonical_find_header(request, date_name, &dates);
	}
	if (dates > 1)
		return dint_fail(err, DINT_BAD_REQUEST, "%u %s headers", dates, date_name);
	texts.date = xstrdup_null(date);
	if (!take_fields(authorization + n, &texts, err))
		return false;
	if (texts.credential) /* also where the rest is wrong: whose it was belongs in the audit */
		snprintf(claim->key_id, sizeof(claim->key_id), "%.*s",
			 (int)strcspn(texts.credential, "/"), texts.credential);
	if (names_missing(&texts, err) || !take_texts(&texts, claim, err))
		return false;
	if (!is_signed(claim->signed_headers, date_name))
		return dint_fail(err, DINT_BAD_REQUEST, "'%s' must be a signed header", date_name);
	claim->has_token = canonical_find_header(request, "X-Amz-Security-Token", NULL);
	return check_signed(request, claim, err);
}

/* ---- in the query ---- */

static bool decode(const char *bytes, size_t n, char **out, struct dint_error *err)
{
	char *to = *out = xcalloc(n + 1, 1);

	for (size_t i = 0; i < n; i++) {
		char digits[3] = {0};

		if (bytes[i] != '%') {
			*to++ = bytes[i];
			continue;
		}
		if (i + 2 >= n || !isxdigit((unsigned char)bytes[i + 1]) ||
		    !isxdigit((unsigned char)bytes[i + 2]))
			return dint_fail(err, DINT_BAD_REQUEST, "a stray '%%' in the query");
		memcpy(digits, bytes + i + 1, 2);
		*to++ = (char)strtoul(digits, NULL, 16);
		i += 2;
	}
	/* a NUL would hide what follows it */
	if (strlen(*out) != (size_t)(to - *out))
		return dint_fail(err, DINT_BAD_REQUEST, "a NUL in the query");
	return true;
}

/* The parameter's value, decoded, into *out when it is there; twice is an error. */
static bool find_parameter(const char *query, const char *name, char **out, struct dint_error *err)
{
	size_t length = strlen(name);

	for (const char *at = query; *at;) {
		size_t n = strcspn(at, "&");

		if (n > length && at[length] == '=' && !memcmp(at, name, length)) {
			if (*out)
				return dint_fail(err, DINT_BAD_REQUEST, "%s is there twice", name);
			if (!decode(at + length + 1, n - length - 1, out, err))
				return dint_within(err, "%s", name);
		}
		at += n + (at[n] == '&');
	}
	return true;
}

static bool find_needed(const char *query, const char *name, char **out, struct dint_error *err)
{
	if (!find_parameter(query, name, out, err))
		return false;
	if (!*out)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "AWS query-string parameters must include '%s'", name);
	return true;
}

static bool read_query(const struct sigv4_request *request, struct sigv4_claim *claim,
		       struct dint_error *err)
{
	CLEANUP(claim_texts_done) struct claim_texts texts = {0};
	CLEANUP(free_ptr) char *algorithm = NULL;
	CLEANUP(free_ptr) char *token = NULL;
	const char *query = request->query;

	claim->presigned = true;
	if (!find_needed(query, "X-Amz-Credential", &texts.credential, err))
		return false;
	snprintf(claim->key_id, sizeof(claim->key_id), "%.*s", (int)strcspn(texts.credential, "/"),
		 texts.credential);
	if (!find_needed(query, "X-Amz-Algorithm", &algorithm, err) ||
	    !find_needed(query, "X-Amz-Date", &texts.date, err) ||
	    !find_needed(query, "X-Amz-Expires", &texts.expires, err) ||
	    !find_needed(query, "X-Amz-SignedHeaders", &texts.signed_headers, err) ||
	    !find_needed(query, "X-Amz-Signature", &texts.signature, err) ||
	    !find_parameter(query, "X-Amz-Security-Token", &token, err))
		return false;
	if (strcmp(algorithm, SIGV4_ALGORITHM) != 0)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "X-Amz-Algorithm must be " SIGV4_ALGORITHM ", not '%.40s'",
				 algorithm);
	if (!isdigit((unsigned char)*texts.expires) ||
	    !text_number(texts.expires, &claim->expires_s, err) || !claim->expires_s ||
	    claim->expires_s > SIGV4_EXPIRES_MAX)
		return dint_fail(err, DINT_BAD_REQUEST, "X-Amz-Expires must be from 1 to %u",
				 SIGV4_EXPIRES_MAX);
	claim->has_token = token || canonical_find_header(request, "X-Amz-Security-Token", NULL);
	return take_texts(&texts, claim, err) && check_signed(request, claim, err);
}

/* ---- ---- */

static bool is_presigned(const char *query)
{
	return query && (strstr(query, "X-Amz-Signature=") || strstr(query, "X-Amz-Algorithm=") ||
			 strstr(query, "X-Amz-Credential="));
}

enum sigv4_result sigv4_read(const struct sigv4_request *request, struct sigv4_claim *claim,
			     struct dint_error *err)
{
	unsigned headers;
	const char *authorization = canonical_find_header(request, "Authorization", &headers);
	bool presigned = is_presigned(request->query);
	bool ok;

	*claim = (struct sigv4_claim){0};
	if (!authorization && !presigned) {
		dint_error_set(err, DINT_DENIED, "Request is missing Authentication Token");
		return SIGV4_UNSIGNED;
	}
	if (headers > 1 || (authorization && presigned)) {
		dint_error_set(err, DINT_BAD_REQUEST, "the request is signed more than once");
		return SIGV4_INCOMPLETE;
	}
	ok = presigned ? read_query(request, claim, err)
		       : read_header(request, authorization, claim, err);
	return ok ? SIGV4_OK : SIGV4_INCOMPLETE;
}

void sigv4_claim_done(struct sigv4_claim *claim)
{
	free(claim->signed_headers);
	claim->signed_headers = NULL;
}
