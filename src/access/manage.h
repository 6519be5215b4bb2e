/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changing who may: each change is durable, and in memory, before it is answered. In the callback
 * err is NULL when it is done. What is wrong with the request is said at once (false, done not
 * called).
 */
#pragma once
#include <jansson.h>

#include "access/access.h"

/* One document, as IAM limits it to 6144 characters; here with room for comfort. */
#define ACCESS_POLICY_BYTES 20480
#define ACCESS_USERS_MAX    10000
#define ACCESS_KEYS_MAX	    2 /* of one user, as IAM: enough to change one for another */

typedef void access_done_fn(void *arg, const struct dint_error *err);

bool access_add_user(struct access *access, const char *user, access_done_fn *done, void *arg,
		     struct dint_error *err);
/* With keys and policy. */
bool access_delete_user(struct access *access, const char *user, access_done_fn *done, void *arg,
			struct dint_error *err);
/* The secret is here and nowhere else: only its sealed form is kept. Show it once done has been
 * called, and clear it. */
bool access_add_key(struct access *access, const char *user, char key_id[ACCESS_ID],
		    char secret[ACCESS_SECRET], access_done_fn *done, void *arg,
		    struct dint_error *err);
bool access_set_key(struct access *access, const char *key_id, bool enabled, access_done_fn *done,
		    void *arg, struct dint_error *err);
bool access_delete_key(struct access *access, const char *key_id, access_done_fn *done, void *arg,
		       struct dint_error *err);
/* document NULL: none any more. One that cannot be parsed is refused (DINT_BAD_REQUEST says where).
 */
bool access_set_policy(struct access *access, const char *user, const char *document,
		       access_done_fn *done, void *arg, struct dint_error *err);

/* A new list of {user, user_id, arn, created, keys: [{id, enabled, usable, created}], policy}. */
json_t *access_list(const struct access *access);
/* The principal that this user would be, for simulations; DINT_NOT_FOUND. */
bool access_find_user(const struct access *access, const char *user,
		      struct access_principal *principal, struct dint_error *err);
