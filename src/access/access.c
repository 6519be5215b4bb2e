/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Users, keys and policies in memory: loading them, finding them, asking them. */
#include "access/access_internal.h"

#include <stdlib.h>
#include <string.h>

#include "access/context_internal.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/keys.h"
#include "store/policies.h"
#include "store/users.h"

/* ---- two sorted tables ---- */

/* Where the text is in a table of structs that begin with it, or would be. */
static size_t find(void *const *table, size_t count, const char *text, bool *there)
{
	size_t low = 0, high = count;

	*there = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(table[middle], text);

		if (!order) {
			*there = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void *find_one(void *const *table, size_t count, const char *text)
{
	bool there;
	size_t at = find(table, count, text, &there);

	return there ? table[at] : NULL;
}

static void *insert(void **table, size_t *count, void *item)
{
	bool there;
	size_t at = find(table, *count, item, &there);

	table = xgrow(table, *count, sizeof(*table));
	memmove(table + at + 1, table + at, (*count - at) * sizeof(*table));
	table[at] = item;
	(*count)++;
	return table;
}

static void cut(void **table, size_t *count, const void *item)
{
	bool there;
	size_t at = find(table, *count, item, &there);

	(*count)--;
	memmove(table + at, table + at + 1, (*count - at) * sizeof(*table));
}

_Static_assert(offsetof(struct user, name) == 0 && offsetof(struct key, id) == 0,
	       "what the tables are sorted by comes first");

struct user *access_user(const struct access *access, const char *name)
{
	return find_one((void *const *)access->users, access->user_count, name);
}

struct key *access_key(const struct access *access, const char *id)
{
	return find_one((void *const *)access->keys, access->key_count, id);
}

void access_insert_user(struct access *access, struct user *user)
{
	access->users = insert((void **)access->users, &access->user_count, user);
}

void access_insert_key(struct access *access, struct key *key)
{
	access->keys = insert((void **)access->keys, &access->key_count, key);
}

static void key_free(struct key *key)
{
	for (size_t i = 0; i < key->bucket_count; i++)
		free(key->buckets[i].action);
	free(key->buckets);
	explicit_bzero(key, sizeof(*key));
	free(key);
}

void access_remove_key(struct access *access, struct key *key)
{
	cut((void **)access->keys, &access->key_count, key);
	key_free(key);
}

static void user_free(struct user *user)
{
	free(user->document);
	policy_free(user->policy);
	free(user);
}

void access_remove_user(struct access *access, struct user *user)
{
	for (size_t i = access->key_count; i-- > 0;)
		if (access->keys[i]->user == user)
			access_remove_key(access, access->keys[i]);
	cut((void **)access->users, &access->user_count, user);
	user_free(user);
}

/* ---- loading ---- */

static bool load_users(struct access *access, struct dint_error *err)
{
	CLEANUP(user_list_done) struct user_list list = {0};

	if (!users_list(access->store, &list, err))
		return false;
	for (size_t i = 0; i < list.count; i++) {
		struct user *user = xcalloc(1, sizeof(*user));

		snprintf(user->name, sizeof(user->name), "%s", list.rows[i].name);
		snprintf(user->id, sizeof(user->id), "%s", list.rows[i].id);
		user->created_us = list.rows[i].created_us;
		access_insert_user(access, user);
	}
	return true;
}

/* A key whose secret cannot be opened is there, and authenticates nobody. */
static void load_key(struct access *access, const struct key_row *row)
{
	struct key *key = xcalloc(1, sizeof(*key));
	struct dint_error err;

	snprintf(key->id, sizeof(key->id), "%s", row->id);
	key->user = access_user(access, row->user);
	key->enabled = row->enabled;
	key->created_us = row->created_us;
	key->usable = access->seal.ready && seal_open_secret(&access->seal, row->id, row->user,
							     row->sealed, key->secret, &err);
	if (!key->usable && access->seal.ready)
		snprintf(access->problem, sizeof(access->problem), "%s", err.message);
	access_insert_key(access, key);
}

static bool load_keys(struct access *access, struct dint_error *err)
{
	CLEANUP(key_list_done) struct key_list list = {0};

	if (!keys_list(access->store, &list, err))
		return false;
	for (size_t i = 0; i < list.count; i++)
		load_key(access, &list.rows[i]);
	return true;
}

void access_give_policy(struct user *user, const char *document)
{
	struct dint_error ignored;

	free(user->document);
	policy_free(user->policy);
	user->policy = NULL;
	user->document = xstrdup_null(document);
	if (document && !policy_parse(document, strlen(document), &user->policy, &ignored))
		user->policy = NULL;
}

static bool load_policies(struct access *access, struct dint_error *err)
{
	CLEANUP(policy_list_done) struct policy_list list = {0};

	if (!policies_list(access->store, &list, err))
		return false;
	for (size_t i = 0; i < list.count; i++) {
		struct user *user = access_user(access, list.rows[i].user);

		access_give_policy(user, list.rows[i].document);
		if (!user->policy)
			snprintf(access->problem, sizeof(access->problem),
				 "the policy of %s cannot be parsed and allows nothing",
				 user->name);
	}
	return true;
}

/* That there is no key yet is no problem while nothing was sealed with it. */
static void open_seal(struct access *access, const struct access_settings *settings, bool *is_new)
{
	struct dint_error err;

	*is_new = false;
	if (seal_open(settings, &access->seal, &err))
		return;
	*is_new = err.code == DINT_NOT_FOUND && access->seal.path;
	snprintf(access->problem, sizeof(access->problem), "%s", err.message);
}

DEFINE_CLEANUP(access_close, struct access *)

bool access_open(struct store *store, const struct access_settings *settings,
		 struct access **access, struct dint_error *err)
{
	CLEANUP(access_close_ptr) struct access *made = xcalloc(1, sizeof(*made));
	bool is_new;

	made->store = store;
	made->region = xstrdup(settings->region);
	made->account = xstrdup(settings->account);
	made->throttle = settings->throttle;
	made->clock = settings->clock;
	made->keep_head = settings->keep_head;
	open_seal(made, settings, &is_new);
	if (!load_users(made, err) || !load_keys(made, err) || !load_policies(made, err) ||
	    !audit_start(made, err))
		return dint_within(err, "access");
	if (is_new && !made->key_count)
		*made->problem = '\0';
	*access = TAKE(made);
	return true;
}

void access_close(struct access *access)
{
	if (!access)
		return;
	audit_stop(access);
	while (access->user_count)
		access_remove_user(access, access->users[access->user_count - 1]);
	free(access->users);
	free(access->keys);
	seal_done(&access->seal);
	free(access->region);
	free(access->account);
	free(access);
}

const char *access_problem(const struct access *access)
{
	return *access->problem ? access->problem : NULL;
}

const char *access_region(const struct access *access)
{
	return access->region;
}

const char *access_account(const struct access *access)
{
	return access->account;
}

/* ---- asking ---- */

void access_principal_of(const struct access *access, const struct user *user, const char *key_id,
			 struct access_principal *principal)
{
	snprintf(principal->user, sizeof(principal->user), "%s", user->name);
	snprintf(principal->user_id, sizeof(principal->user_id), "%s", user->id);
	snprintf(principal->key_id, sizeof(principal->key_id), "%s", key_id);
	snprintf(principal->arn, sizeof(principal->arn), "arn:aws:iam::%s:user/%s", access->account,
		 user->name);
}

enum access_verdict access_judge(const struct access *access,
				 const struct access_question *question, size_t *statement)
{
	const struct user *user = access_user(access, question->principal->user);
	const struct context context = {
		.question = question,
		.region = access->region,
		.account = access->account,
		.wall_us = access->clock->wall_us(access->clock),
	};

	/* another user of the same name, made since, is not the one who was authenticated */
	if (user && strcmp(user->id, question->principal->user_id) != 0)
		user = NULL;
	return policy_judge(user ? user->policy : NULL, &context, statement);
}

enum access_verdict access_allowed(const struct access *access,
				   const struct access_question *question)
{
	return access_judge(access, question, NULL);
}

void access_words(const struct access_question *question, enum access_verdict verdict, char *text,
		  size_t n)
{
	bool has_resource = strcmp(question->resource, "*") != 0;
	char because[160];

	if (verdict == ACCESS_DENIED)
		snprintf(because, sizeof(because),
			 "with an explicit deny in an identity-based "
			 "policy");
	else
		snprintf(because, sizeof(because),
			 "because no identity-based policy allows the %.90s action",
			 question->action);
	snprintf(text, n,
		 "You are not authorized to perform this operation. User: %s is not authorized to "
		 "perform: %s%s%s %s",
		 question->principal->arn, question->action, has_resource ? " on resource: " : "",
		 has_resource ? question->resource : "", because);
}

void access_instance_arn(const struct access *access, const char *instance_id, char arn[ACCESS_ARN])
{
	snprintf(arn, ACCESS_ARN, "arn:aws:ec2:%s:%s:instance/%s", access->region, access->account,
		 instance_id);
}
