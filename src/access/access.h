/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is asking, and may they: users, their keys and policies in memory (loaded at the start,
 * changed through the store), signatures, throttling, audit.
 *
 *	access_authenticate → access_take → access_allowed → … the call … → audit_append → answer
 *
 * Everything here is called on the loop's thread and returns at once; what must be durable first
 * has a callback. Knows nothing of HTTP or EC2: plain parts in, a kind of refusal out.
 *
 * To add a condition operator: a row in access/operators.c; a key that follows from who calls:
 * access/context.c; a bucket: access/throttle.c.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access/sigv4.h"
#include "base/clock.h"
#include "base/error.h"
#include "store/store.h"

#define ACCESS_USER   65 /* as IAM: 64 of letters, digits and +=,.@_-; NUL */
#define ACCESS_ID     22 /* AIDA… or AKIA… (20 characters here), NUL */
#define ACCESS_SECRET 41 /* 40 characters, NUL */
#define ACCESS_ARN    128

struct access;

struct access_settings {
	const char *state_dir; /* for the master key where none is named */
	const char *region;
	const char *account;
	const char *master_key; /* a file; NULL: the credential, else STATE/master.key */
	bool throttle;
	const struct clock *clock; /* outlives the access */
	/* Told the chain's new head before what waited for it is answered. May be NULL. */
	void (*keep_head)(uint64_t number, const char *hash);
};

/* Loads users, keys and policies. The strings are copied. */
bool access_open(struct store *store, const struct access_settings *settings,
		 struct access **access, struct dint_error *err);
/* Before store_close; waits for events on their way. Takes NULL. */
void access_close(struct access *access);
/* Why some or all keys cannot be used (no master key, another's); NULL when all is well. */
const char *access_problem(const struct access *access);
const char *access_region(const struct access *access);
const char *access_account(const struct access *access);

/* ---- who ---- */

/* A copy of who was authenticated: good for as long as a call takes, whatever happens to the user.
 */
struct access_principal {
	char user[ACCESS_USER];
	char user_id[ACCESS_ID]; /* AIDA… */
	char key_id[ACCESS_ID];
	char arn[ACCESS_ARN]; /* arn:aws:iam::ACCOUNT:user/NAME */
};

enum access_refusal {
	ACCESS_OK,
	ACCESS_UNSIGNED,	/* EC2: MissingAuthenticationToken, 403 */
	ACCESS_INCOMPLETE,	/* IncompleteSignature, 400; err names what is missing */
	ACCESS_UNKNOWN_KEY,	/* unknown or disabled: AuthFailure, 401 */
	ACCESS_WRONG_SIGNATURE, /* wrong secret, body or scope: AuthFailure, 401 */
	ACCESS_EXPIRED,		/* clock or presigned time: RequestExpired, 400 */
};

/* service: the one that must be in the scope ("ec2", "sts", "dint"). On a refusal the key id that
 * was claimed is in principal->key_id ("" where there was none to read), for the audit, and err has
 * the words. A session token is not needed and not looked at: dint gives out none. */
enum access_refusal access_authenticate(struct access *access, const struct sigv4_request *request,
					const char *service, struct access_principal *principal,
					struct dint_error *err);

/* ---- may they ---- */

/* Where the call came from: for conditions and the audit. */
struct access_origin {
	const char *address; /* "192.0.2.7"; NULL: unknown */
	const char *user_agent;
	bool secure; /* TLS */
};

/* One key of the call's context, "ec2:ResourceTag/Name"; no value: an empty set. */
struct access_key_values {
	const char *key;
	const char *const *values;
	size_t count;
};

struct access_question {
	const struct access_principal *principal;
	const char *action;   /* "ec2:SendDiagnosticInterrupt" */
	const char *resource; /* an ARN; "*" where the action has no resource */
	const struct access_origin *origin;
	/* Besides those that are known from the rest: aws:username, aws:SourceIp, … */
	const struct access_key_values *context;
	size_t context_count;
};

enum access_verdict {
	ACCESS_ALLOWED,
	ACCESS_NOT_ALLOWED, /* no statement allows it */
	ACCESS_DENIED,	    /* a statement denies it */
};

enum access_verdict access_allowed(const struct access *access,
				   const struct access_question *question);
/* The same, and which statement of the user's policy decided, from 1; 0: none did. */
enum access_verdict access_judge(const struct access *access,
				 const struct access_question *question, size_t *statement);
/* The sentence that AWS would say, into text of n bytes; DENIED or NOT_ALLOWED only. */
void access_words(const struct access_question *question, enum access_verdict verdict, char *text,
		  size_t n);
/* arn:aws:ec2:REGION:ACCOUNT:instance/ID */
void access_instance_arn(const struct access *access, const char *instance_id,
			 char arn[ACCESS_ARN]);

/* ---- how often ---- */

/* Takes a token from the bucket of this key and action ("ec2:DescribeInstances"), and from the one
 * of the resources that it concerns, as EC2 does. unpaginated: a list asked for whole, without
 * filter, ids or MaxResults. False: too often; retry_ms says when the next token comes. Always true
 * with throttling off. */
bool access_take(struct access *access, const char *key_id, const char *action, bool unpaginated,
		 unsigned resources, uint64_t *retry_ms);
