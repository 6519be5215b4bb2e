/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One change: checked against what is in memory, committed, then made in memory too. */
#include "access/manage.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "access/access_internal.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/keys.h"
#include "store/policies.h"
#include "store/users.h"
#include "json/json.h"

struct change {
	struct access *access;
	char *user;
	char *user_id;
	char *key_id;
	char *secret;
	char *sealed;
	char *document;
	bool enabled;
	uint64_t now_us;
	bool (*write)(struct store_writer *writer, const struct change *change,
		      struct dint_error *err);
	void (*make)(const struct change *change); /* in memory, after the commit */
	access_done_fn *done;
	void *arg;
};

static void change_free(struct change *change)
{
	if (change->secret)
		explicit_bzero(change->secret, strlen(change->secret));
	free(change->user);
	free(change->user_id);
	free(change->key_id);
	free(change->secret);
	free(change->sealed);
	free(change->document);
	free(change);
}

static struct change *change_new(struct access *access, access_done_fn *done, void *arg)
{
	struct change *change = xcalloc(1, sizeof(*change));

	change->access = access;
	change->now_us = access->clock->wall_us(access->clock);
	change->done = done;
	change->arg = arg;
	return change;
}

static bool run_change(struct store_writer *writer, void *arg, struct dint_error *err)
{
	const struct change *change = arg;

	return change->write(writer, change, err);
}

static void change_done(void *arg, const struct dint_error *err)
{
	struct change *change = arg;

	if (!err)
		change->make(change);
	change->done(change->arg, err);
	change_free(change);
}

static bool submit(struct change *change)
{
	store_submit(change->access->store, run_change, change_done, change);
	return true;
}

static struct user *need_user(const struct access *access, const char *name, struct dint_error *err)
{
	struct user *user = access_user(access, name);

	if (!user)
		dint_error_set(err, DINT_NOT_FOUND,
			       "no user '%.64s' ('dint access list' shows them)", name);
	return user;
}

static struct key *need_key(const struct access *access, const char *id, struct dint_error *err)
{
	struct key *key = access_key(access, id);

	if (!key)
		dint_error_set(err, DINT_NOT_FOUND,
			       "no key '%.40s' ('dint access list' shows them)", id);
	return key;
}

/* IAM's alphabets: base 32 behind the prefix, and base 64. */
static void random_text(char *to, size_t n, const char *alphabet)
{
	size_t letters = strlen(alphabet);

	for (size_t i = 0; i < n; i++)
		to[i] = alphabet[randombytes_uniform((uint32_t)letters)];
	to[n] = '\0';
}

static void new_id(const char *prefix, char id[ACCESS_ID])
{
	memcpy(id, prefix, 4);
	random_text(id + 4, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
}

/* ---- users ---- */

static bool check_name(const char *name, struct dint_error *err)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789+=,.@_-";

	if (*name && strlen(name) < ACCESS_USER && !name[strspn(name, allowed)])
		return true;
	return dint_fail(err, DINT_BAD_REQUEST,
			 "'%.70s' is no name for a user: 1 to %d of letters, digits and +=,.@_-",
			 name, ACCESS_USER - 1);
}

static bool write_user(struct store_writer *writer, const struct change *change,
		       struct dint_error *err)
{
	const struct user_row row = {change->user, change->user_id, change->now_us};

	return users_add(writer, &row, err);
}

static void make_user(const struct change *change)
{
	struct user *user = xcalloc(1, sizeof(*user));

	snprintf(user->name, sizeof(user->name), "%s", change->user);
	snprintf(user->id, sizeof(user->id), "%s", change->user_id);
	user->created_us = change->now_us;
	access_insert_user(change->access, user);
}

bool access_add_user(struct access *access, const char *user, access_done_fn *done, void *arg,
		     struct dint_error *err)
{
	struct change *change;
	char id[ACCESS_ID];

	if (!check_name(user, err))
		return false;
	if (access_user(access, user))
		return dint_fail(err, DINT_CONFLICT, "there is a user '%s' already", user);
	if (access->user_count >= ACCESS_USERS_MAX)
		return dint_fail(err, DINT_LIMIT, "%zu users, the most is %u", access->user_count,
				 ACCESS_USERS_MAX);
	new_id("AIDA", id);
	change = change_new(access, done, arg);
	change->user = xstrdup(user);
	change->user_id = xstrdup(id);
	change->write = write_user;
	change->make = make_user;
	return submit(change);
}

static bool write_no_user(struct store_writer *writer, const struct change *change,
			  struct dint_error *err)
{
	return users_delete(writer, change->user, err);
}

static void make_no_user(const struct change *change)
{
	struct user *user = access_user(change->access, change->user);

	if (user)
		access_remove_user(change->access, user);
}

bool access_delete_user(struct access *access, const char *user, access_done_fn *done, void *arg,
			struct dint_error *err)
{
	struct change *change;

	if (!need_user(access, user, err))
		return false;
	change = change_new(access, done, arg);
	change->user = xstrdup(user);
	change->write = write_no_user;
	change->make = make_no_user;
	return submit(change);
}

/* ---- keys ---- */

static bool write_key(struct store_writer *writer, const struct change *change,
		      struct dint_error *err)
{
	const struct key_row row = {change->key_id, change->user, change->sealed, true,
				    change->now_us};

	return keys_add(writer, &row, err);
}

static void make_key(const struct change *change)
{
	struct user *user = access_user(change->access, change->user);
	struct key *key;

	if (!user) /* deleted since, and the key's row with it */
		return;
	key = xcalloc(1, sizeof(*key));
	snprintf(key->id, sizeof(key->id), "%s", change->key_id);
	snprintf(key->secret, sizeof(key->secret), "%s", change->secret);
	key->user = user;
	key->enabled = key->usable = true;
	key->created_us = change->now_us;
	access_insert_key(change->access, key);
}

static unsigned count_keys(const struct access *access, const struct user *user)
{
	unsigned count = 0;

	for (size_t i = 0; i < access->key_count; i++)
		count += access->keys[i]->user == user;
	return count;
}

/* The first key makes the master key, where none was given. */
static bool need_seal(struct access *access, struct dint_error *err)
{
	if (access->seal.ready)
		return true;
	if (*access->problem || !access->seal.path)
		return dint_fail(err, DINT_CONFLICT, "no secret can be sealed: %.200s",
				 access->problem);
	return seal_make(&access->seal, err);
}

bool access_add_key(struct access *access, const char *user_name, char key_id[ACCESS_ID],
		    char secret[ACCESS_SECRET], access_done_fn *done, void *arg,
		    struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer sealed = {0};
	const struct user *user = need_user(access, user_name, err);
	struct change *change;

	if (!user)
		return false;
	if (count_keys(access, user) >= ACCESS_KEYS_MAX)
		return dint_fail(err, DINT_LIMIT, "%s has %u keys, which is the most: delete one",
				 user_name, ACCESS_KEYS_MAX);
	if (!need_seal(access, err))
		return false;
	new_id("AKIA", key_id);
	random_text(secret, ACCESS_SECRET - 1,
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
	seal_secret(&access->seal, key_id, user_name, secret, &sealed);
	change = change_new(access, done, arg);
	change->user = xstrdup(user_name);
	change->key_id = xstrdup(key_id);
	change->secret = xstrdup(secret);
	change->sealed = xstrdup(buffer_text(&sealed));
	change->write = write_key;
	change->make = make_key;
	return submit(change);
}

static bool write_enabled(struct store_writer *writer, const struct change *change,
			  struct dint_error *err)
{
	return keys_set_enabled(writer, change->key_id, change->enabled, err);
}

static void make_enabled(const struct change *change)
{
	struct key *key = access_key(change->access, change->key_id);

	if (key)
		key->enabled = change->enabled;
}

bool access_set_key(struct access *access, const char *key_id, bool enabled, access_done_fn *done,
		    void *arg, struct dint_error *err)
{
	struct change *change;

	if (!need_key(access, key_id, err))
		return false;
	change = change_new(access, done, arg);
	change->key_id = xstrdup(key_id);
	change->enabled = enabled;
	change->write = write_enabled;
	change->make = make_enabled;
	return submit(change);
}

static bool write_no_key(struct store_writer *writer, const struct change *change,
			 struct dint_error *err)
{
	return keys_delete(writer, change->key_id, err);
}

static void make_no_key(const struct change *change)
{
	struct key *key = access_key(change->access, change->key_id);

	if (key)
		access_remove_key(change->access, key);
}

bool access_delete_key(struct access *access, const char *key_id, access_done_fn *done, void *arg,
		       struct dint_error *err)
{
	struct change *change;

	if (!need_key(access, key_id, err))
		return false;
	change = change_new(access, done, arg);
	change->key_id = xstrdup(key_id);
	change->write = write_no_key;
	change->make = make_no_key;
	return submit(change);
}

/* ---- policies ---- */

static bool write_policy(struct store_writer *writer, const struct change *change,
			 struct dint_error *err)
{
	const struct policy_row row = {change->user, change->document, change->now_us};

	return policies_put(writer, &row, err);
}

static void make_policy(const struct change *change)
{
	struct user *user = access_user(change->access, change->user);

	if (user)
		access_give_policy(user, change->document);
}

bool access_set_policy(struct access *access, const char *user, const char *document,
		       access_done_fn *done, void *arg, struct dint_error *err)
{
	struct policy *policy = NULL;
	struct change *change;

	if (!need_user(access, user, err) ||
	    (document && !policy_parse(document, strlen(document), &policy, err)))
		return false;
	policy_free(policy);
	change = change_new(access, done, arg);
	change->user = xstrdup(user);
	change->document = xstrdup_null(document);
	change->write = write_policy;
	change->make = make_policy;
	return submit(change);
}

/* ---- looking ---- */

static json_t *key_json(const struct key *key)
{
	char created[CLOCK_TEXT];

	clock_text(key->created_us, created);
	return json_pack("{s:s, s:b, s:b, s:s}", "id", key->id, "enabled", key->enabled, "usable",
			 key->usable, "created", created);
}

static json_t *user_json(const struct access *access, const struct user *user)
{
	json_t *policy = user->document ? json_loads(user->document, 0, NULL) : NULL;
	struct access_principal principal;
	char created[CLOCK_TEXT];

	clock_text(user->created_us, created);
	access_principal_of(access, user, "", &principal);
	return json_pack("{s:s, s:s, s:s, s:s, s:[], s:o}", "user", user->name, "user_id", user->id,
			 "arn", principal.arn, "created", created, "keys", "policy",
			 policy ? policy : json_null());
}

json_t *access_list(const struct access *access)
{
	CLEANUP(json_decref_ptr) json_t *by_name = json_object();
	json_t *users = json_array();

	for (size_t i = 0; i < access->user_count; i++) {
		json_t *user = user_json(access, access->users[i]);

		json_object_set(by_name, access->users[i]->name, user);
		json_array_append_new(users, user);
	}
	for (size_t i = 0; i < access->key_count; i++) {
		const struct key *key = access->keys[i];
		json_t *user = json_object_get(by_name, key->user->name);

		json_array_append_new(json_object_get(user, "keys"), key_json(key));
	}
	return users;
}

bool access_find_user(const struct access *access, const char *name,
		      struct access_principal *principal, struct dint_error *err)
{
	const struct user *user = need_user(access, name, err);

	if (user)
		access_principal_of(access, user, "", principal);
	return user;
}
