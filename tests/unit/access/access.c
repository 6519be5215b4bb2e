/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole of it over a real store: keys that sign in, and those that do not; buckets; events. */
#include "../check.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "../store/folder.h"
#include "access/audit.h"
#include "access/chain.h"
#include "access/manage.h"
#include "base/alloc.h"
#include "base/units.h"
#include "store/audit.h"
#include "store/keys.h"
#include "json/json.h"

#define NOW_S	UINT64_C(1767323045) /* 2026-01-02T03:04:05Z */
#define HEADERS 5

struct fixture {
	char folder[FOLDER_BYTES], state_dir[FOLDER_BYTES], master[FOLDER_BYTES + 16];
	struct store *store;
	struct access *access;
	struct clock clock;
	uint64_t wall_us, monotonic_us;
	char key_id[ACCESS_ID], secret[ACCESS_SECRET];
	unsigned heads; /* kept apart */
};

static uint64_t wall(const struct clock *clock)
{
	return ((const struct fixture *)clock->own)->wall_us;
}

static uint64_t monotonic(const struct clock *clock)
{
	return ((const struct fixture *)clock->own)->monotonic_us;
}

static void open_access(struct fixture *f, const char *master_key)
{
	const struct access_settings settings = {.state_dir = f->state_dir,
						 .region = "local",
						 .account = "000000000000",
						 .master_key = master_key,
						 .throttle = true,
						 .clock = &f->clock};
	struct dint_error err;

	assert_works(store_open(f->state_dir, &f->store, &err), &err);
	assert_works(access_open(f->store, &settings, &f->access, &err), &err);
}

static void close_access(struct fixture *f)
{
	access_close(f->access);
	store_close(f->store);
}

static void reopen(struct fixture *f, const char *master_key)
{
	close_access(f);
	open_access(f, master_key);
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	folder_make(f->folder, f->state_dir);
	snprintf(f->master, sizeof(f->master), "%s/another.key", f->folder);
	f->clock = (struct clock){monotonic, wall, f};
	f->wall_us = NOW_S * 1000000;
	f->monotonic_us = 1000000000;
	open_access(f, NULL);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	close_access(f);
	folder_remove(f->folder);
	free(f);
	return 0;
}

/* ---- changes, waited for ---- */

struct outcome {
	bool told, ok;
	struct dint_error err;
};

static void note(void *arg, const struct dint_error *err)
{
	struct outcome *outcome = arg;

	outcome->told = true;
	outcome->ok = !err;
	if (err)
		outcome->err = *err;
}

#define assert_done(f, call)                                            \
	do {                                                            \
		struct outcome outcome = {0};                           \
		struct dint_error why = {0};                            \
		if (!(call))                                            \
			fail_msg("%s: %s", #call, why.message);         \
		assert_false(outcome.told);                             \
		store_drain((f)->store);                                \
		if (!outcome.told || !outcome.ok)                       \
			fail_msg("%s: %s", #call, outcome.err.message); \
	} while (0)

static void make_alice(struct fixture *f)
{
	assert_done(f, access_add_user(f->access, "alice", note, &outcome, &why));
	assert_done(f,
		    access_add_key(f->access, "alice", f->key_id, f->secret, note, &outcome, &why));
}

/* ---- signing in ---- */

struct sent {
	struct sigv4_request request;
	struct sigv4_header headers[HEADERS];
	struct buffer text;
};

static void sent_done(struct sent *sent)
{
	buffer_done(&sent->text);
}

/* Signs a call as a client would, and puts the headers in. */
static void sign(const struct sigv4_signer *signer, struct sent *sent)
{
	static const char body[] = "Action=DescribeInstances";
	struct dint_error err;
	char *rest;

	*sent = (struct sent){.request = {.method = "POST",
					  .path = "/",
					  .body = body,
					  .body_size = strlen(body),
					  .header_count = 1},
			      .headers = {{"Host", "localhost"}}};
	sent->request.headers = sent->headers;
	assert_works(sigv4_sign(&sent->request, signer, &sent->text, &err), &err);
	buffer_text(&sent->text);
	rest = (char *)sent->text.bytes;
	while (rest && *rest) {
		char *line = strsep(&rest, "\n");
		const char *name = strsep(&line, ":");

		sent->headers[sent->request.header_count++] = (struct sigv4_header){name, line};
	}
}

static struct sigv4_signer signer_of(const struct fixture *f)
{
	return (struct sigv4_signer){.key_id = f->key_id,
				     .secret = f->secret,
				     .region = "local",
				     .service = "ec2",
				     .time_s = NOW_S};
}

static void expect(struct fixture *f, const char *name, const struct sigv4_signer *signer,
		   enum access_refusal want, const char *words)
{
	CLEANUP(sent_done) struct sent sent;
	struct access_principal principal;
	struct dint_error err = {0};
	enum access_refusal got;

	sign(signer, &sent);
	got = access_authenticate(f->access, &sent.request, "ec2", &principal, &err);
	if (got != want || !strstr(err.message, words))
		fail_msg("%s: %d %s, wanted %d …%s…", name, got, err.message, want, words);
	assert_string_equal(principal.key_id, signer->key_id);
	assert_string_equal(principal.user, want == ACCESS_OK ? "alice" : "");
}

static void who_signs_in_and_who_does_not(void **state)
{
	struct fixture *f = *state;
	struct sigv4_signer signer;

	make_alice(f);
	signer = signer_of(f);
	expect(f, "the key", &signer, ACCESS_OK, "");
	expect(f, "the key again, its signing key remembered", &signer, ACCESS_OK, "");
	signer.token = "left over in the environment";
	expect(f, "a session token that nobody gave out", &signer, ACCESS_OK, "");
	signer = signer_of(f);
	signer.secret = "wrong";
	expect(f, "a wrong secret", &signer, ACCESS_WRONG_SIGNATURE, "does not match");
	signer = signer_of(f);
	signer.key_id = "AKIANOBODYATALL00000";
	expect(f, "an unknown key", &signer, ACCESS_UNKNOWN_KEY, "not able to validate");
	signer = signer_of(f);
	signer.region = "us-east-1";
	expect(f, "another region", &signer, ACCESS_WRONG_SIGNATURE,
	       "scoped to a valid region, not 'us-east-1': dint's is 'local'");
	signer = signer_of(f);
	signer.service = "s3";
	expect(f, "another service", &signer, ACCESS_WRONG_SIGNATURE, "correct service: 'ec2'");
	signer = signer_of(f);
	signer.time_s = NOW_S - SIGV4_SKEW_S;
	expect(f, "a clock a quarter of an hour behind", &signer, ACCESS_OK, "");
	signer.time_s--;
	expect(f, "a second more", &signer, ACCESS_EXPIRED, "Signature expired");
	signer.time_s = NOW_S + SIGV4_SKEW_S;
	expect(f, "a clock a quarter of an hour ahead", &signer, ACCESS_OK, "");
	signer.time_s++;
	expect(f, "a second more ahead", &signer, ACCESS_EXPIRED, "not yet current");
}

static void a_request_without_a_signature(void **state)
{
	struct fixture *f = *state;
	struct sigv4_header headers[] = {{"Host", "localhost"}, {"Authorization", "Basic eDp5"}};
	struct sigv4_request request = {.method = "GET", .path = "/", .headers = headers};
	struct access_principal principal;
	struct dint_error err;

	request.header_count = 1;
	assert_int_equal(access_authenticate(f->access, &request, "ec2", &principal, &err),
			 ACCESS_UNSIGNED);
	assert_string_equal(err.message, "Request is missing Authentication Token");
	request.header_count = 2;
	assert_int_equal(access_authenticate(f->access, &request, "ec2", &principal, &err),
			 ACCESS_INCOMPLETE);
}

static void presigned_calls_are_good_for_their_time(void **state)
{
	static const struct sigv4_header host = {"Host", "localhost"};
	struct fixture *f = *state;
	CLEANUP(buffer_done) struct buffer query = {0};
	struct sigv4_request request = {.method = "GET",
					.path = "/",
					.query = "Action=X",
					.headers = &host,
					.header_count = 1};
	struct sigv4_signer signer;
	struct access_principal principal;
	struct dint_error err;

	make_alice(f);
	signer = signer_of(f);
	signer.expires_s = 3600;
	assert_works(sigv4_presign(&request, &signer, &query, &err), &err);
	request.query = buffer_text(&query);
	f->wall_us = (NOW_S + 3600) * 1000000;
	assert_int_equal(access_authenticate(f->access, &request, "ec2", &principal, &err),
			 ACCESS_OK);
	f->wall_us += 1000000;
	assert_int_equal(access_authenticate(f->access, &request, "ec2", &principal, &err),
			 ACCESS_EXPIRED);
	f->wall_us = (NOW_S - SIGV4_SKEW_S - 1) * 1000000;
	assert_int_equal(access_authenticate(f->access, &request, "ec2", &principal, &err),
			 ACCESS_EXPIRED);
}

static const struct {
	const char *name, *query, *authorization, *words;
} broken[] = {
	{"no credential", NULL, "AWS4-HMAC-SHA256 SignedHeaders=host;x-amz-date, Signature=00",
	 "requires 'Credential' parameter"},
	{"nothing but the algorithm", NULL, "AWS4-HMAC-SHA256",
	 "requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
	 "Authorization header requires 'SignedHeaders'"},
	{"another algorithm", NULL, "AWS4-ECDSA-P256-SHA256 Credential=x",
	 "must begin with AWS4-HMAC-SHA256"},
	{"an unknown part", NULL, "AWS4-HMAC-SHA256 Credential=a, Colour=blue", "'Colour=blue'"},
	{"a part twice", NULL, "AWS4-HMAC-SHA256 Credential=a, Credential=b", "is there twice"},
	{"a credential of three parts", NULL,
	 "AWS4-HMAC-SHA256 Credential=A/20260102/aws4_request, SignedHeaders=host, Signature=00",
	 "Credential must have the form"},
	{"signed headers out of order", NULL,
	 "AWS4-HMAC-SHA256 Credential=A/20260102/local/ec2/aws4_request, "
	 "SignedHeaders=x-amz-date;host, Signature=00",
	 "ascending order"},
	{"a signed header many times", NULL,
	 "AWS4-HMAC-SHA256 Credential=A/20260102/local/ec2/aws4_request, "
	 "SignedHeaders=host;host;host, Signature=00",
	 "ascending order"},
	{"the host not signed", NULL,
	 "AWS4-HMAC-SHA256 Credential=A/20260102/local/ec2/aws4_request, "
	 "SignedHeaders=x-amz-date, Signature=00",
	 "'Host' must be a signed header"},
	{"a short signature", NULL,
	 "AWS4-HMAC-SHA256 Credential=A/20260102/local/ec2/aws4_request, "
	 "SignedHeaders=host;x-amz-date, Signature=00",
	 "64 hex digits"},
	{"the day of another time", NULL,
	 "AWS4-HMAC-SHA256 Credential=A/20260103/local/ec2/aws4_request, "
	 "SignedHeaders=host;x-amz-date, Signature="
	 "0000000000000000000000000000000000000000000000000000000000000000",
	 "the credential is for 20260103, the request of 20260102"},
	{"a date that is not signed", NULL,
	 "AWS4-HMAC-SHA256 Credential=A/20260102/local/ec2/aws4_request, "
	 "SignedHeaders=host, Signature="
	 "0000000000000000000000000000000000000000000000000000000000000000",
	 "'X-Amz-Date' must be a signed header"},
	{"signed twice", "X-Amz-Signature=00", "AWS4-HMAC-SHA256 Credential=a",
	 "signed more than once"},
	{"presigned, and no algorithm", "X-Amz-Signature=00&X-Amz-Credential=A", NULL,
	 "must include 'X-Amz-Algorithm'"},
	{"presigned, a parameter twice", "X-Amz-Credential=A&X-Amz-Credential=B", NULL,
	 "X-Amz-Credential is there twice"},
	{"presigned, a stray per cent", "X-Amz-Credential=A%2", NULL, "a stray '%'"},
	{"presigned, a NUL", "X-Amz-Credential=A%00B", NULL, "a NUL in the query"},
	{"presigned for a month",
	 "X-Amz-Credential=A&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=x&X-Amz-Expires=2592000&"
	 "X-Amz-SignedHeaders=host&X-Amz-Signature=00",
	 NULL, "X-Amz-Expires must be from 1 to 604800"},
};

static void what_is_not_of_the_form_is_incomplete(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		struct sigv4_header headers[] = {{"Host", "localhost"},
						 {"X-Amz-Date", "20260102T030405Z"},
						 {"Authorization", broken[i].authorization}};
		struct sigv4_request request = {.method = "POST",
						.path = "/",
						.query = broken[i].query,
						.headers = headers,
						.header_count = broken[i].authorization ? 3 : 1};
		struct access_principal principal;
		struct dint_error err = {0};
		enum access_refusal got =
			access_authenticate(f->access, &request, "ec2", &principal, &err);

		if (got != ACCESS_INCOMPLETE || !strstr(err.message, broken[i].words))
			fail_msg("%s: %d %s", broken[i].name, got, err.message);
	}
}

static void headers_that_are_not_signed_are_refused(void **state)
{
	struct fixture *f = *state;
	CLEANUP(sent_done) struct sent sent;
	struct sigv4_signer signer;
	struct access_principal principal;
	struct dint_error err;

	make_alice(f);
	signer = signer_of(f);
	sign(&signer, &sent);
	sent.headers[sent.request.header_count++] = (struct sigv4_header){"X-Amz-Target", "x"};
	assert_int_equal(access_authenticate(f->access, &sent.request, "ec2", &principal, &err),
			 ACCESS_INCOMPLETE);
	assert_non_null(strstr(err.message, "'X-Amz-Target' is present and not signed"));
	sent.headers[sent.request.header_count - 1].name = "X-Amz-Content-SHA256";
	sent.headers[sent.request.header_count - 1].value = "UNSIGNED-PAYLOAD";
	assert_int_equal(access_authenticate(f->access, &sent.request, "ec2", &principal, &err),
			 ACCESS_INCOMPLETE);
}

/* ---- keys ---- */

static void a_key_disabled_deleted_or_of_a_deleted_user_does_not_sign_in(void **state)
{
	struct fixture *f = *state;
	struct sigv4_signer signer;

	make_alice(f);
	signer = signer_of(f);
	assert_done(f, access_set_key(f->access, f->key_id, false, note, &outcome, &why));
	expect(f, "disabled", &signer, ACCESS_UNKNOWN_KEY, "");
	reopen(f, NULL);
	expect(f, "disabled, after a restart", &signer, ACCESS_UNKNOWN_KEY, "");
	assert_done(f, access_set_key(f->access, f->key_id, true, note, &outcome, &why));
	expect(f, "enabled", &signer, ACCESS_OK, "");
	reopen(f, NULL);
	expect(f, "enabled, after a restart", &signer, ACCESS_OK, "");
	assert_done(f, access_delete_key(f->access, f->key_id, note, &outcome, &why));
	expect(f, "deleted", &signer, ACCESS_UNKNOWN_KEY, "");
	assert_done(f,
		    access_add_key(f->access, "alice", f->key_id, f->secret, note, &outcome, &why));
	signer = signer_of(f);
	expect(f, "another", &signer, ACCESS_OK, "");
	assert_done(f, access_delete_user(f->access, "alice", note, &outcome, &why));
	expect(f, "its user deleted", &signer, ACCESS_UNKNOWN_KEY, "");
	reopen(f, NULL);
	expect(f, "its user deleted, after a restart", &signer, ACCESS_UNKNOWN_KEY, "");
}

static void changes_that_make_no_sense_are_refused_at_once(void **state)
{
	struct fixture *f = *state;
	char id[ACCESS_ID], secret[ACCESS_SECRET];
	struct dint_error err;

	make_alice(f);
	assert_refused(access_add_user(f->access, "alice", note, NULL, &err), &err, DINT_CONFLICT,
		       "there is a user 'alice' already");
	assert_refused(access_add_user(f->access, "", note, NULL, &err), &err, DINT_BAD_REQUEST,
		       "is no name for a user");
	assert_refused(access_add_user(f->access, "a/b", note, NULL, &err), &err, DINT_BAD_REQUEST,
		       "'a/b' is no name for a user");
	assert_refused(access_delete_user(f->access, "bob", note, NULL, &err), &err, DINT_NOT_FOUND,
		       "no user 'bob'");
	assert_refused(access_add_key(f->access, "bob", id, secret, note, NULL, &err), &err,
		       DINT_NOT_FOUND, "no user 'bob'");
	assert_refused(access_delete_key(f->access, "AKIA", note, NULL, &err), &err, DINT_NOT_FOUND,
		       "no key 'AKIA'");
	assert_refused(access_set_policy(f->access, "alice", "{}", note, NULL, &err), &err,
		       DINT_BAD_REQUEST, "policy: Statement: missing");
	assert_done(f, access_add_key(f->access, "alice", id, secret, note, &outcome, &why));
	assert_refused(access_add_key(f->access, "alice", id, secret, note, NULL, &err), &err,
		       DINT_LIMIT, "alice has 2 keys, which is the most");
}

/* ---- secrets at rest ---- */

static void the_secret_is_nowhere_on_the_disk(void **state)
{
	struct fixture *f = *state;
	char command[256];

	make_alice(f);
	close_access(f);
	snprintf(command, sizeof(command), "grep -rqaF '%s' %s", f->secret, f->state_dir);
	assert_int_not_equal(system(command), 0);
	snprintf(command, sizeof(command), "grep -rqaF '%s' %s", f->key_id, f->state_dir);
	assert_int_equal(system(command), 0);
	open_access(f, NULL);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
}

static void a_master_key_that_cannot_be_used_is_a_problem(void **state)
{
	static const char key[] =
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";
	struct fixture *f = *state;
	struct sigv4_signer signer;
	char id[ACCESS_ID], secret[ACCESS_SECRET];
	struct dint_error err;

	assert_null(access_problem(f->access));
	make_alice(f);
	signer = signer_of(f);
	assert_null(access_problem(f->access));

	reopen(f, f->master);
	assert_non_null(strstr(access_problem(f->access), "No such file"));
	expect(f, "no master key", &signer, ACCESS_UNKNOWN_KEY, "");
	assert_refused(access_add_key(f->access, "alice", id, secret, note, NULL, &err), &err,
		       DINT_CONFLICT, "no secret can be sealed");
	assert_int_not_equal(access(f->master, F_OK), 0);

	write_file(f->master, key, 0600);
	reopen(f, f->master);
	assert_non_null(strstr(access_problem(f->access), "sealed with another master key"));
	expect(f, "another master key", &signer, ACCESS_UNKNOWN_KEY, "");

	write_file(f->master, key, 0640);
	reopen(f, f->master);
	assert_non_null(strstr(access_problem(f->access), "its mode is 0640"));
	write_file(f->master, "secret\n", 0600);
	reopen(f, f->master);
	assert_non_null(strstr(access_problem(f->access), "64 hex digits"));

	reopen(f, NULL);
	assert_null(access_problem(f->access));
	expect(f, "its own again", &signer, ACCESS_OK, "");
}

static bool put_key(struct store_writer *writer, void *arg, struct dint_error *err)
{
	return keys_add(writer, arg, err);
}

static void a_sealed_secret_is_bound_to_its_key(void **state)
{
	CLEANUP(key_list_done) struct key_list list = {0};
	struct fixture *f = *state;
	struct sigv4_signer signer;
	struct outcome outcome = {0};
	struct dint_error err;
	struct key_row swapped;

	make_alice(f);
	assert_works(keys_list(f->store, &list, &err), &err);
	swapped = list.rows[0];
	swapped.id = (char *)(uintptr_t) "AKIAMALLORY000000000";
	store_submit(f->store, put_key, note, &swapped);
	(void)outcome;
	reopen(f, NULL);
	signer = signer_of(f);
	expect(f, "the key itself", &signer, ACCESS_OK, "");
	signer.key_id = "AKIAMALLORY000000000";
	expect(f, "its secret under another id", &signer, ACCESS_UNKNOWN_KEY, "");
	assert_non_null(strstr(access_problem(f->access), "AKIAMALLORY000000000 was sealed"));
}

/* ---- policies ---- */

static enum access_verdict ask(struct fixture *f, const char *action)
{
	struct access_principal principal;
	struct access_question question = {
		.principal = &principal, .action = action, .resource = "*"};
	struct dint_error err;

	assert_works(access_find_user(f->access, "alice", &principal, &err), &err);
	return access_allowed(f->access, &question);
}

static void a_policy_is_kept_and_replaced(void **state)
{
	static const char first[] = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"ec2:*\","
				    "\"Resource\":\"*\"}}";
	static const char second[] = "{\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"ec2:*\","
				     "\"Resource\":\"*\"}}";
	struct fixture *f = *state;

	make_alice(f);
	assert_int_equal(ask(f, "ec2:DescribeInstances"), ACCESS_NOT_ALLOWED);
	assert_done(f, access_set_policy(f->access, "alice", first, note, &outcome, &why));
	assert_int_equal(ask(f, "ec2:DescribeInstances"), ACCESS_ALLOWED);
	reopen(f, NULL);
	assert_int_equal(ask(f, "ec2:DescribeInstances"), ACCESS_ALLOWED);
	assert_done(f, access_set_policy(f->access, "alice", second, note, &outcome, &why));
	assert_int_equal(ask(f, "ec2:DescribeInstances"), ACCESS_DENIED);
	assert_done(f, access_set_policy(f->access, "alice", NULL, note, &outcome, &why));
	reopen(f, NULL);
	assert_int_equal(ask(f, "ec2:DescribeInstances"), ACCESS_NOT_ALLOWED);
}

static void another_user_of_the_same_name_is_another(void **state)
{
	static const char all[] = "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\","
				  "\"Resource\":\"*\"}}";
	struct fixture *f = *state;
	struct access_principal before;
	struct access_question question = {
		.principal = &before, .action = "ec2:X", .resource = "*"};
	struct dint_error err;

	make_alice(f);
	assert_works(access_find_user(f->access, "alice", &before, &err), &err);
	assert_done(f, access_delete_user(f->access, "alice", note, &outcome, &why));
	assert_int_equal(access_allowed(f->access, &question), ACCESS_NOT_ALLOWED);
	make_alice(f);
	assert_done(f, access_set_policy(f->access, "alice", all, note, &outcome, &why));
	assert_int_equal(access_allowed(f->access, &question), ACCESS_NOT_ALLOWED);
	assert_int_equal(ask(f, "ec2:X"), ACCESS_ALLOWED);
}

static void a_refusal_says_what_aws_would_say(void **state)
{
	static const struct access_principal alice = {"alice", "A", "A",
						      "arn:aws:iam::000000000000:user/alice"};
	struct access_question question = {.principal = &alice,
					   .action = "ec2:RebootInstances",
					   .resource = "arn:aws:ec2:local:0:instance/i-1"};
	char words[400];

	(void)state;
	access_words(&question, ACCESS_NOT_ALLOWED, words, sizeof(words));
	assert_string_equal(
		words,
		"You are not authorized to perform this operation. User: "
		"arn:aws:iam::000000000000:user/alice is not authorized to perform: "
		"ec2:RebootInstances on resource: arn:aws:ec2:local:0:instance/i-1 because no "
		"identity-based policy allows the ec2:RebootInstances action");
	question.resource = "*";
	access_words(&question, ACCESS_DENIED, words, sizeof(words));
	assert_string_equal(
		words, "You are not authorized to perform this operation. User: "
		       "arn:aws:iam::000000000000:user/alice is not authorized to perform: "
		       "ec2:RebootInstances with an explicit deny in an identity-based policy");
}

/* ---- throttling ---- */

static const struct {
	const char *action;
	bool unpaginated;
	unsigned resources;
	unsigned capacity, per_s;
} buckets[] = {
	{"ec2:DescribeInstances", false, 0, 100, 20},
	{"ec2:DescribeInstances", true, 0, 50, 10},
	{"ec2:DescribeInstanceStatus", true, 0, 50, 10},
	{"ec2:DescribeRegions", true, 0, 100, 20},
	{"ec2:GetConsoleOutput", false, 1, 100, 20},
	{"ec2:SendDiagnosticInterrupt", false, 1, 50, 5},
	{"ec2:RebootInstances", false, 1, 50, 5},
	{"ec2:StartInstances", false, 1, 5, 2},
	{"ec2:CreateTags", false, 1, 100, 10},
	{"dint:GetDump", false, 0, 100, 20},
	{"dint:CreateUser", false, 0, 50, 5},
};

static unsigned take_all(struct fixture *f, size_t i)
{
	uint64_t retry_ms = 0;
	unsigned taken = 0;

	while (access_take(f->access, f->key_id, buckets[i].action, buckets[i].unpaginated,
			   buckets[i].resources, &retry_ms))
		taken++;
	assert_true(retry_ms > 0 && retry_ms <= 1000 / buckets[i].per_s + 1);
	return taken;
}

static void buckets_are_of_ec2s_sizes(void **state)
{
	struct fixture *f = *state;

	make_alice(f);
	for (size_t i = 0; i < ARRAY_SIZE(buckets); i++) {
		unsigned first = take_all(f, i), second;

		f->monotonic_us += 1000000;
		second = take_all(f, i);
		if (first != buckets[i].capacity || second != buckets[i].per_s)
			fail_msg("%s: %u, then %u a second; wanted %u and %u", buckets[i].action,
				 first, second, buckets[i].capacity, buckets[i].per_s);
	}
}

static void buckets_are_each_keys_own(void **state)
{
	struct fixture *f = *state;
	char id[ACCESS_ID], secret[ACCESS_SECRET];
	uint64_t retry_ms;

	make_alice(f);
	assert_done(f, access_add_key(f->access, "alice", id, secret, note, &outcome, &why));
	assert_int_equal(take_all(f, 5), 50);
	assert_true(access_take(f->access, id, "ec2:SendDiagnosticInterrupt", false, 1, &retry_ms));
	assert_true(access_take(f->access, f->key_id, "ec2:StopInstances", false, 1, &retry_ms));
	f->monotonic_us += UINT64_C(3600) * 1000000;
	assert_int_equal(take_all(f, 5), 50); /* full, and not more than full */
}

static void stopping_takes_a_token_of_each_instance(void **state)
{
	struct fixture *f = *state;
	uint64_t retry_ms;

	make_alice(f);
	assert_true(access_take(f->access, f->key_id, "ec2:StopInstances", false, 990, &retry_ms));
	assert_false(access_take(f->access, f->key_id, "ec2:StopInstances", false, 20, &retry_ms));
	assert_int_equal(retry_ms, 501);
	assert_true(access_take(f->access, f->key_id, "ec2:StopInstances", false, 10, &retry_ms));
}

/* ---- events ---- */

static void append(struct fixture *f, const struct audit_event *event, struct outcome *outcome)
{
	struct dint_error err;

	assert_works(audit_append(f->access, event, outcome ? note : NULL, outcome, &err), &err);
}

static void an_event_has_cloudtrails_form(void **state)
{
	struct fixture *f = *state;
	const struct access_principal alice = {"alice", "AIDAX", "AKIAX",
					       "arn:aws:iam::000000000000:user/alice"};
	const struct access_origin origin = {"192.0.2.7", "aws-cli/2 \"x\"\n\xff", false};
	const struct audit_event event = {.principal = &alice,
					  .origin = &origin,
					  .service = "ec2",
					  .name = "SendDiagnosticInterrupt",
					  .request_id = "r-1",
					  .parameters = "{\"instanceId\":\"i-1\"}",
					  .response = "{\"_return\":true}"};
	CLEANUP(audit_rows_done) struct audit_rows rows = {0};
	CLEANUP(json_decref_ptr) json_t *json = NULL;
	struct outcome outcome = {0};
	struct dint_error err;
	const json_t *who;

	append(f, &event, &outcome);
	store_drain(f->store);
	assert_true(outcome.told && outcome.ok);
	assert_works(audit_rows_list(f->store, 0, 10, 100000, &rows, &err), &err);
	assert_int_equal(rows.count, 1);
	assert_null(strchr(rows.rows[0].event, '\n'));
	assert_works(json_parse_limited(rows.rows[0].event, strlen(rows.rows[0].event), 10000,
					&json, &err),
		     &err);
	who = json_find_object(json, "userIdentity");
	assert_string_equal(json_find_string(json, "eventVersion"), "1.11");
	assert_string_equal(json_find_string(who, "type"), "IAMUser");
	assert_string_equal(json_find_string(who, "arn"), alice.arn);
	assert_string_equal(json_find_string(who, "accessKeyId"), "AKIAX");
	assert_string_equal(json_find_string(json, "eventTime"), "2026-01-02T03:04:05Z");
	assert_string_equal(json_find_string(json, "eventSource"), "ec2.amazonaws.com");
	assert_string_equal(json_find_string(json, "eventName"), "SendDiagnosticInterrupt");
	assert_string_equal(json_find_string(json, "sourceIPAddress"), "192.0.2.7");
	assert_string_equal(json_find_string(json, "userAgent"), "aws-cli/2 \"x\"\n\xef\xbf\xbd");
	assert_string_equal(
		json_find_string(json_find_object(json, "requestParameters"), "instanceId"), "i-1");
	assert_true(json_find_bool(json_find_object(json, "responseElements"), "_return", false));
	assert_string_equal(json_find_string(json, "requestID"), "r-1");
	assert_int_equal(strlen(json_find_string(json, "eventID")), 36);
	assert_null(json_object_get(json, "errorCode"));
	assert_false(json_find_bool(json, "readOnly", true));
}

static void nobody_waits_for_reads_and_all_are_in_order(void **state)
{
	struct fixture *f = *state;
	struct audit_event event = {.service = "dint", .name = "ListMachines", .read_only = true};
	CLEANUP(audit_rows_done) struct audit_rows rows = {0};
	struct outcome outcome = {0};
	struct dint_error err;
	struct chain chain;
	unsigned long before = store_commits(f->store);

	for (unsigned i = 0; i < 500; i++)
		append(f, &event, NULL);
	event.read_only = false;
	append(f, &event, &outcome);
	store_drain(f->store);
	assert_true(outcome.ok);
	assert_true(store_commits(f->store) - before < 10); /* gathered, not one by one */
	assert_works(audit_rows_list(f->store, 0, 1000, 1 << 20, &rows, &err), &err);
	assert_int_equal(rows.count, 501);
	chain_begin(&chain);
	for (size_t i = 0; i < rows.count; i++)
		assert_works(chain_check(&chain, rows.rows[i].number, rows.rows[i].event,
					 rows.rows[i].hash, &err),
			     &err);
}

static void an_event_that_cannot_be_written_is_kept_and_its_call_told(void **state)
{
	struct fixture *f = *state;
	const struct audit_event event = {.service = "dint", .name = "Send"};
	CLEANUP(audit_rows_done) struct audit_rows rows = {0};
	struct outcome first = {0}, second = {0};
	struct dint_error err;
	char command[256];

	/* in place of a disk that takes nothing */
	snprintf(command, sizeof(command),
		 "sqlite3 %s/dint.sqlite 'CREATE TRIGGER full BEFORE INSERT ON audit BEGIN "
		 "SELECT raise(ABORT, \"no room\"); END'",
		 f->state_dir);
	assert_int_equal(system(command), 0);
	append(f, &event, &first);
	store_drain(f->store);
	assert_true(first.told && !first.ok);
	assert_non_null(strstr(first.err.message, "audit"));
	snprintf(command, sizeof(command), "sqlite3 %s/dint.sqlite 'DROP TRIGGER full'",
		 f->state_dir);
	assert_int_equal(system(command), 0);
	append(f, &event, &second);
	store_drain(f->store);
	assert_true(second.ok);
	assert_works(audit_rows_list(f->store, 0, 10, 100000, &rows, &err), &err);
	assert_int_equal(rows.count, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(who_signs_in_and_who_does_not),
		TEST(a_request_without_a_signature),
		TEST(presigned_calls_are_good_for_their_time),
		TEST(what_is_not_of_the_form_is_incomplete),
		TEST(headers_that_are_not_signed_are_refused),
		TEST(a_key_disabled_deleted_or_of_a_deleted_user_does_not_sign_in),
		TEST(changes_that_make_no_sense_are_refused_at_once),
		TEST(the_secret_is_nowhere_on_the_disk),
		TEST(a_master_key_that_cannot_be_used_is_a_problem),
		TEST(a_sealed_secret_is_bound_to_its_key),
		TEST(a_policy_is_kept_and_replaced),
		TEST(another_user_of_the_same_name_is_another),
		TEST(a_refusal_says_what_aws_would_say),
		TEST(buckets_are_of_ec2s_sizes),
		TEST(buckets_are_each_keys_own),
		TEST(stopping_takes_a_token_of_each_instance),
		TEST(an_event_has_cloudtrails_form),
		TEST(nobody_waits_for_reads_and_all_are_in_order),
		TEST(an_event_that_cannot_be_written_is_kept_and_its_call_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
