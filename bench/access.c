/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a call costs in access/: signature, bucket, policy, audit event, each by itself and all of
 * them, with the store's thread beside. Prints name, n, median and spread of ten rounds.
 *
 *	access [CALLS]
 */
#include <stdlib.h>

#include "access/audit.h"
#include "access/manage.h"
#include "base/base.h"

#define ROUNDS 10

struct bench {
	struct store *store;
	struct access *access;
	char key_id[ACCESS_ID], secret[ACCESS_SECRET];
	struct buffer signed_text;
	struct sigv4_request request;
	struct sigv4_header headers[6];
	struct access_principal principal;
};

static void die_unless(bool ok, const struct dint_error *err)
{
	if (ok)
		return;
	fprintf(stderr, "%s\n", err->message);
	exit(1);
}

static void done(void *arg, const struct dint_error *err)
{
	(void)arg;
	die_unless(!err, err);
}

/* As the command line client sends DescribeInstances of one id. */
static void sign(struct bench *b)
{
	static const char body[] = "Action=DescribeInstances&Version=2016-11-15"
				   "&InstanceId.1=i-0123456789abcdef0";
	const struct sigv4_signer signer = {.key_id = b->key_id,
					    .secret = b->secret,
					    .region = "local",
					    .service = "ec2",
					    .time_s =
						    system_clock.wall_us(&system_clock) / 1000000};
	struct dint_error err;
	char *rest;

	b->headers[0] = (struct sigv4_header){"Host", "127.0.0.1:8470"};
	b->headers[1] = (struct sigv4_header){"Content-Type",
					      "application/x-www-form-urlencoded; charset=utf-8"};
	b->headers[2] = (struct sigv4_header){"User-Agent", "aws-cli/2.9.19 Python/3.11.2"};
	b->request = (struct sigv4_request){.method = "POST",
					    .path = "/",
					    .headers = b->headers,
					    .header_count = 3,
					    .body = body,
					    .body_size = strlen(body)};
	die_unless(sigv4_sign(&b->request, &signer, &b->signed_text, &err), &err);
	buffer_text(&b->signed_text);
	rest = (char *)b->signed_text.bytes;
	while (rest && *rest) {
		char *line = strsep(&rest, "\n");
		const char *name = strsep(&line, ":");

		b->headers[b->request.header_count++] = (struct sigv4_header){name, line};
	}
}

static void set_up(struct bench *b, const char *folder)
{
	static const char policy[] =
		"{\"Version\":\"2012-10-17\",\"Statement\":["
		"{\"Effect\":\"Allow\",\"Action\":\"ec2:Describe*\",\"Resource\":\"*\"},"
		"{\"Effect\":\"Allow\",\"Action\":\"ec2:SendDiagnosticInterrupt\","
		"\"Resource\":\"arn:aws:ec2:*:*:instance/*\","
		"\"Condition\":{\"StringEquals\":{\"ec2:ResourceTag/team\":\"db\"}}}]}";
	const struct access_settings settings = {.state_dir = folder,
						 .region = "local",
						 .account = "000000000000",
						 .throttle = false,
						 .clock = &system_clock};
	struct dint_error err;

	die_unless(store_open(folder, &b->store, &err), &err);
	die_unless(access_open(b->store, &settings, &b->access, &err), &err);
	die_unless(access_add_user(b->access, "alice", done, NULL, &err), &err);
	store_drain(b->store);
	die_unless(access_add_key(b->access, "alice", b->key_id, b->secret, done, NULL, &err),
		   &err);
	die_unless(access_set_policy(b->access, "alice", policy, done, NULL, &err), &err);
	store_drain(b->store);
	sign(b);
}

/* ---- what is timed ---- */

static void authenticate(struct bench *b)
{
	struct dint_error err = {0};

	die_unless(access_authenticate(b->access, &b->request, "ec2", &b->principal, &err) ==
			   ACCESS_OK,
		   &err);
}

static void allow(struct bench *b)
{
	static const char *const team[] = {"db"};
	static const struct access_key_values tags = {"ec2:ResourceTag/team", team, 1};
	const struct access_question question = {
		.principal = &b->principal,
		.action = "ec2:SendDiagnosticInterrupt",
		.resource = "arn:aws:ec2:local:000000000000:instance/i-0123456789abcdef0",
		.context = &tags,
		.context_count = 1,
	};

	if (access_allowed(b->access, &question) != ACCESS_ALLOWED)
		abort();
}

static void append(struct bench *b)
{
	const struct access_origin origin = {"127.0.0.1", "aws-cli/2.9.19 Python/3.11.2", false};
	const struct audit_event event = {
		.principal = &b->principal,
		.origin = &origin,
		.service = "ec2",
		.name = "DescribeInstances",
		.read_only = true,
		.request_id = "0123456789abcdef",
		.parameters = "{\"instancesSet\":{\"items\":[{\"instanceId\":"
			      "\"i-0123456789abcdef0\"}]}}",
	};
	struct dint_error err;

	if (!audit_append(b->access, &event, NULL, NULL, &err)) {
		store_drain(b->store);
		die_unless(audit_append(b->access, &event, NULL, NULL, &err), &err);
	}
	store_dispatch(b->store);
}

static void whole(struct bench *b)
{
	authenticate(b);
	allow(b);
	append(b);
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The rest that is under way counts too. */
static void time_it(struct bench *b, const char *name, void (*call)(struct bench *b), unsigned n)
{
	double rounds[ROUNDS];

	for (unsigned r = 0; r < ROUNDS; r++) {
		uint64_t start = system_clock.monotonic_us(&system_clock);

		for (unsigned i = 0; i < n; i++)
			call(b);
		store_drain(b->store);
		rounds[r] = (double)(system_clock.monotonic_us(&system_clock) - start) / n;
	}
	qsort(rounds, ROUNDS, sizeof(*rounds), compare);
	printf("%-14s n %6u  median %6.2f us  %5.2f … %.2f\n", name, n, rounds[ROUNDS / 2],
	       rounds[0], rounds[ROUNDS - 1]);
}

int main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : 10000;
	char folder[] = "/tmp/dint-bench-XXXXXX", command[64];
	struct bench bench = {0};

	if (!n || !mkdtemp(folder))
		return 1;
	set_up(&bench, folder);
	time_it(&bench, "authenticate", authenticate, n);
	time_it(&bench, "allowed", allow, n);
	time_it(&bench, "audit_append", append, n);
	time_it(&bench, "all of them", whole, n);
	access_close(bench.access);
	store_close(bench.store);
	buffer_done(&bench.signed_text);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command) ? 1 : 0;
}
