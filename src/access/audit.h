/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every call, allowed or refused, as an event of CloudTrail's shape, in an append-only chain: each
 * line's hash covers the line and the hash before it (access/chain.h), and the head's number and
 * hash are also given to a keeper (dintd writes them to the journal), so that neither a changed nor
 * a missing line, the last one included, goes unnoticed.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"

struct access;
struct access_origin;
struct access_principal;

/* Events on their way to the disk; above it calls are refused (DINT_LIMIT): a disk that takes no
 * events must not fill the memory. */
#define AUDIT_WAITING_MAX 100000

/* Reads are not waited for; their head is kept apart once there are so many, and at the end. */
#define AUDIT_KEEP_EVERY 1000

struct audit_event {
	/* Who: a principal; or, where nobody was authenticated, the words in caller ("root (uid 0)"
	 * at the administrator's socket) and the key id that was claimed; each may be NULL. */
	const struct access_principal *principal;
	const char *caller, *claimed_key;
	const struct access_origin *origin; /* NULL: the administrator's socket */
	const char *service;		    /* "ec2", "sts", "dint" */
	const char *name;		    /* "SendDiagnosticInterrupt" */
	bool read_only;
	const char *request_id;	   /* NULL: none */
	const char *parameters;	   /* JSON; NULL: null */
	const char *response;	   /* JSON; NULL: null */
	const char *error_code;	   /* "Client.UnauthorizedOperation"; NULL: none */
	const char *error_message; /* with error_code */
	bool of_audit;		   /* reading the audit itself: wakes nobody who follows it */
};

/* Called on the loop once the event is durable (err NULL), or cannot be: then the call that waits
 * for it must fail, its event is not in the chain. */
typedef void audit_done_fn(void *arg, const struct dint_error *err);

/* Everything is copied. done NULL: written with the next ones and not waited for. False, err set
 * and done not called: refused, too many wait. */
bool audit_append(struct access *access, const struct audit_event *event, audit_done_fn *done,
		  void *arg, struct dint_error *err);

/* The newest durable event; 0 and the hash of nothing where there is none. */
void audit_head(const struct access *access, uint64_t *number, char hash[SHA256_TEXT]);

/* Until removed, called when events became durable that are not of the audit itself. */
struct audit_listener {
	struct audit_listener *next;
	void (*appended)(void *arg);
	void *arg;
};
void audit_listen(struct access *access, struct audit_listener *listener);
void audit_unlisten(struct access *access, struct audit_listener *listener);
