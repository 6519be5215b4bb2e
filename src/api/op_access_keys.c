/* SPDX-License-Identifier: GPL-2.0-or-later */
/* access_add_key, access_enable_key, access_disable_key, access_delete_key. */
#include <string.h>

#include "access/manage.h"
#include "api/op_access_internal.h"
#include "api/operations.h"
#include "base/alloc.h"
#include "json/json.h"

struct new_key {
	struct api_call *call;
	char id[ACCESS_ID];
	char secret[ACCESS_SECRET];
};

/* The only time that the secret is seen. */
static void show_key(void *arg, const struct dint_error *err)
{
	struct new_key *key = arg;

	if (err)
		api_refuse(key->call, err);
	else
		api_answer(key->call,
			   json_pack("{s:s, s:s}", "AccessKeyId", key->id, "SecretAccessKey",
				     key->secret),
			   -1);
	explicit_bzero(key, sizeof(*key));
	free(key);
}

static void add_key(struct api_call *call, const json_t *args)
{
	struct new_key *key = xcalloc(1, sizeof(*key));
	struct dint_error err;

	key->call = call;
	if (access_add_key(call->access, json_find_string(args, "user"), key->id, key->secret,
			   show_key, key, &err))
		return;
	free(key);
	api_refuse(call, &err);
}

static const struct api_argument of_user[] = {
	{"user", API_STRING, true, "the user's name"},
	{0},
};

const struct api_operation op_access_add_key = {
	.name = "access_add_key",
	.method = "POST",
	.path = "/access/users/{user}/keys",
	.result = "NewKey",
	.permission = "dint:CreateAccessKey",
	.changes = true,
	.summary = "make an access key; its secret is shown this once",
	.arguments = of_user,
	.run = add_key,
};

static const struct api_argument of_key[] = {
	{"key", API_STRING, true, "the access key's id"},
	{0},
};

static void set_key(struct api_call *call, const json_t *args, bool enabled)
{
	struct dint_error err;

	access_op_begun(call,
			access_set_key(call->access, json_find_string(args, "key"), enabled,
				       access_op_done, call, &err),
			&err);
}

static void enable_key(struct api_call *call, const json_t *args)
{
	set_key(call, args, true);
}

const struct api_operation op_access_enable_key = {
	.name = "access_enable_key",
	.method = "POST",
	.path = "/access/keys/{key}/enable",
	.result = "Nothing",
	.permission = "dint:EnableAccessKey",
	.changes = true,
	.summary = "let a disabled access key sign in again",
	.arguments = of_key,
	.run = enable_key,
};

static void disable_key(struct api_call *call, const json_t *args)
{
	set_key(call, args, false);
}

const struct api_operation op_access_disable_key = {
	.name = "access_disable_key",
	.method = "POST",
	.path = "/access/keys/{key}/disable",
	.result = "Nothing",
	.permission = "dint:DisableAccessKey",
	.changes = true,
	.summary = "keep an access key and let it sign in no more",
	.arguments = of_key,
	.run = disable_key,
};

static void delete_key(struct api_call *call, const json_t *args)
{
	struct dint_error err;

	access_op_begun(call,
			access_delete_key(call->access, json_find_string(args, "key"),
					  access_op_done, call, &err),
			&err);
}

const struct api_operation op_access_delete_key = {
	.name = "access_delete_key",
	.method = "DELETE",
	.path = "/access/keys/{key}",
	.result = "Nothing",
	.permission = "dint:DeleteAccessKey",
	.changes = true,
	.summary = "delete an access key",
	.arguments = of_key,
	.run = delete_key,
};
