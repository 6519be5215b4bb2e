/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signed requests, each believed and signed again: the same signature must come out. Besides, each
 * of them with one thing changed is not believed.
 *
 *	cases FILE…	of the form of cases.json
 */
#include <string.h>
#include <strings.h>
#include <time.h>

#include "access/sigv4.h"
#include "base/base.h"
#include "json/json.h"

#define HEADERS_MAX 32

struct tally {
	unsigned verified, signed_alike, tampered, failed;
};

/* A case's request; borrows from the JSON. */
struct example {
	struct sigv4_request request;
	struct sigv4_header headers[HEADERS_MAX];
};

static void take_headers(const json_t *pairs, struct example *example)
{
	size_t i;
	json_t *pair;

	json_array_foreach ((json_t *)pairs, i, pair)
		example->headers[example->request.header_count++] = (struct sigv4_header){
			json_string_value(json_array_get(pair, 0)),
			json_string_value(json_array_get(pair, 1)),
		};
	example->request.headers = example->headers;
}

static void take_case(const json_t *json, const json_t *shape, struct example *example)
{
	*example = (struct example){0};
	example->request.method = json_find_string(json, "method");
	example->request.path = json_find_string(json, "path");
	example->request.query = json_find_string(shape, "query");
	example->request.body = json_find_string(json, "body");
	example->request.body_size = strlen(json_find_string(json, "body"));
	example->request.raw_path = json_find_bool(json, "raw_path", false);
	take_headers(json_object_get(shape, "headers"), example);
}

static enum sigv4_result judge(const struct sigv4_request *request, const char *secret,
			       struct dint_error *err)
{
	CLEANUP(sigv4_claim_done) struct sigv4_claim claim = {0};
	uint8_t key[SHA256_BYTES];
	enum sigv4_result result = sigv4_read(request, &claim, err);

	if (result != SIGV4_OK)
		return result;
	result = sigv4_check_time(&claim, claim.time_s + 1, err);
	if (result != SIGV4_OK)
		return result;
	sigv4_signing_key(secret, claim.date, claim.region, claim.service, key);
	return sigv4_verify(request, &claim, key, err);
}

static void fail(struct tally *tally, const char *name, const char *what,
		 const struct dint_error *err)
{
	printf("FAILED  %s: %s: %s\n", name, what, err->message);
	tally->failed++;
}

/* ---- changed on the way ---- */

static void not_believed(const char *name, const char *what, const struct example *example,
			 const char *secret, struct tally *tally)
{
	struct dint_error err = {0};

	if (judge(&example->request, secret, &err) == SIGV4_OK)
		fail(tally, name, what, &(struct dint_error){.message = "believed all the same"});
	tally->tampered++;
}

static void tamper(const json_t *json, const char *secret, struct tally *tally)
{
	const char *name = json_find_string(json, "name");
	CLEANUP(free_ptr) char *query = NULL;
	struct example changed;

	take_case(json, json, &changed);
	not_believed(name, "another secret", &changed, "wJalrXUtnFEMI/K7MDENG", tally);
	changed.request.method = "PUT";
	not_believed(name, "another method", &changed, secret, tally);

	take_case(json, json, &changed);
	changed.request.body = "x";
	changed.request.body_size = 1;
	not_believed(name, "another body", &changed, secret, tally);

	take_case(json, json, &changed);
	changed.request.path = "/another";
	not_believed(name, "another path", &changed, secret, tally);

	take_case(json, json, &changed);
	query = xasprintf("%s&extra=1", changed.request.query ? changed.request.query : "");
	changed.request.query = query;
	not_believed(name, "a further parameter", &changed, secret, tally);

	take_case(json, json, &changed);
	for (size_t i = 0; i < changed.request.header_count; i++)
		if (!strcasecmp(changed.headers[i].name, "host"))
			changed.headers[i].value = "another.example";
	not_believed(name, "another host", &changed, secret, tally);
}

/* ---- signed again ---- */

static const char *signature_of(const json_t *json)
{
	const char *found = json_find_string(json, "signature");
	struct example example;

	if (found)
		return found;
	take_case(json, json, &example);
	for (size_t i = 0; i < example.request.header_count; i++)
		if (!strcmp(example.headers[i].name, "Authorization"))
			return strstr(example.headers[i].value, "Signature=") + 10;
	return strstr(example.request.query, "X-Amz-Signature=") + 16;
}

static bool parse_time(const char *text, uint64_t *time_s)
{
	struct tm tm = {0};

	if (!strptime(text, "%Y%m%dT%H%M%SZ", &tm))
		return false;
	*time_s = (uint64_t)timegm(&tm);
	return true;
}

static void sign_again(const json_t *root, const json_t *json, struct tally *tally)
{
	const json_t *plain = json_find_object(json, "unsigned");
	CLEANUP(buffer_done) struct buffer out = {0};
	const char *name = json_find_string(json, "name");
	struct sigv4_signer signer = {
		.key_id = json_find_string(root, "key_id"),
		.secret = json_find_string(root, "secret"),
		.region = json_find_string(json, "region"),
		.service = json_find_string(json, "service"),
		.token = json_find_string(json, "token"),
		.expires_s = json_find_u64(json, "expires", 0),
		.add_body_hash = json_find_bool(json, "add_body_hash", false),
		.token_unsigned = json_find_bool(json, "token_unsigned", false),
	};
	struct dint_error err = {.message = "another signature"};
	struct example example;
	bool ok;

	if (!plain || !parse_time(json_find_string(root, "time"), &signer.time_s))
		return;
	take_case(json, plain, &example);
	ok = json_find_bool(json, "presigned", false)
		     ? sigv4_presign(&example.request, &signer, &out, &err)
		     : sigv4_sign(&example.request, &signer, &out, &err);
	if (!ok || !strstr(buffer_text(&out), signature_of(json)))
		fail(tally, name, "signed again", &err);
	else
		tally->signed_alike++;
}

static void run_case(const json_t *root, const json_t *json, struct tally *tally)
{
	const char *secret = json_find_string(root, "secret");
	struct dint_error err = {0};
	struct example example;

	take_case(json, json, &example);
	if (judge(&example.request, secret, &err) == SIGV4_OK)
		tally->verified++;
	else
		fail(tally, json_find_string(json, "name"), "verified", &err);
	sign_again(root, json, tally);
	tamper(json, secret, tally);
}

static bool run_file(const char *path, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer text = {0};
	CLEANUP(json_decref_ptr) json_t *root = NULL;
	struct tally tally = {0};
	size_t i;
	json_t *json;

	if (!io_read_file(path, 16 * MIB, &text, err) ||
	    !json_parse_limited(text.bytes, text.size, 16 * MIB, &root, err))
		return dint_within(err, "%s", path);
	json_array_foreach (json_object_get(root, "cases"), i, json)
		run_case(root, json, &tally);
	printf("%s: %zu cases: %u verified, %u signed alike, %u changed and refused, %u failed\n",
	       path, i, tally.verified, tally.signed_alike, tally.tampered, tally.failed);
	return !tally.failed && i;
}

int main(int argc, char **argv)
{
	struct dint_error err = {0};
	bool ok = argc > 1;

	for (int i = 1; i < argc; i++)
		ok = run_file(argv[i], &err) && ok;
	if (err.code)
		fprintf(stderr, "%s\n", err.message);
	return ok ? 0 : 1;
}
