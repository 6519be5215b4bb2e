/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who signs in, who does not, and what is said to them. */
#include "rig.h"

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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(who_signs_in_and_who_does_not),
		TEST(a_request_without_a_signature),
		TEST(presigned_calls_are_good_for_their_time),
		TEST(what_is_not_of_the_form_is_incomplete),
		TEST(headers_that_are_not_signed_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
