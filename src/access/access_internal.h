/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in memory of users and keys; both tables are sorted, by name and by id. */
#pragma once
#include "access/access.h"
#include "access/audit.h"
#include "access/policy.h"
#include "access/seal_internal.h"

#define ACCESS_SERVICES 3 /* ec2, sts, dint: signing keys that are kept of one key */
/* Actions of one key that have a bucket; there are fewer. */
#define ACCESS_BUCKETS 128

struct user {
	char name[ACCESS_USER];
	char id[ACCESS_ID];
	uint64_t created_us;
	char *document;	       /* the policy as it was given; NULL: none */
	struct policy *policy; /* NULL: none, or one that cannot be parsed, which allows nothing */
};

/* The key that signs for one day and service, so that a request costs two HMACs and not six. */
struct day_key {
	char date[9];
	char service[SIGV4_SCOPE_PART];
	uint8_t key[SHA256_BYTES];
};

struct bucket {
	char *action;
	double tokens;
	uint64_t filled_us; /* monotonic */
};

struct key {
	char id[ACCESS_ID];
	char secret[ACCESS_SECRET];
	struct user *user;
	bool enabled;
	bool usable; /* its secret could be opened */
	uint64_t created_us;
	struct day_key days[ACCESS_SERVICES];
	unsigned next_day; /* to be replaced */
	struct bucket *buckets;
	size_t bucket_count;
};

struct waiting_event;

struct audit {
	struct waiting_event *first, **end;
	unsigned waiting;
	bool under_way; /* a job */
	struct audit_listener *listeners;
	uint64_t head; /* durable */
	uint64_t kept; /* the last head that was given to be kept apart */
	char hash[SHA256_TEXT];
};

struct access {
	struct store *store;
	char *region, *account;
	bool throttle;
	const struct clock *clock;
	void (*keep_head)(uint64_t number, const char *hash);
	struct seal seal;
	char problem[sizeof(((struct dint_error *)NULL)->message)];
	struct user **users;
	size_t user_count;
	struct key **keys;
	size_t key_count;
	struct audit audit;
};

struct user *access_user(const struct access *access, const char *name);
struct key *access_key(const struct access *access, const char *id);
void access_principal_of(const struct access *access, const struct user *user, const char *key_id,
			 struct access_principal *principal);

/* Both take what they are given, and keep the tables sorted. */
void access_insert_user(struct access *access, struct user *user);
void access_insert_key(struct access *access, struct key *key);
void access_remove_user(struct access *access, struct user *user); /* with keys */
void access_remove_key(struct access *access, struct key *key);
/* The document is copied; NULL: none. */
void access_give_policy(struct user *user, const char *document);

bool audit_start(struct access *access, struct dint_error *err);
void audit_stop(struct access *access);
