/* SPDX-License-Identifier: GPL-2.0-or-later */
/* access_add_user, access_delete_user, access_list: who there is. */
#include "access/manage.h"
#include "api/op_access_internal.h"
#include "api/operations.h"
#include "json/json.h"

void access_op_done(void *arg, const struct dint_error *err)
{
	struct api_call *call = arg;

	if (err)
		api_refuse(call, err);
	else
		api_answer(call, json_object(), -1);
}

void access_op_begun(struct api_call *call, bool begun, const struct dint_error *err)
{
	if (!begun)
		api_refuse(call, err);
}

static const struct api_argument of_user[] = {
	{"user", API_STRING, true, "the user's name"},
	{0},
};

static void add_user(struct api_call *call, const json_t *args)
{
	struct dint_error err;

	access_op_begun(call,
			access_add_user(call->access, json_find_string(args, "user"),
					access_op_done, call, &err),
			&err);
}

const struct api_operation op_access_add_user = {
	.name = "access_add_user",
	.method = "PUT",
	.path = "/access/users/{user}",
	.result = "Nothing",
	.permission = "dint:CreateUser",
	.changes = true,
	.summary = "make a user, who may nothing yet",
	.arguments = of_user,
	.run = add_user,
};

static void delete_user(struct api_call *call, const json_t *args)
{
	struct dint_error err;

	access_op_begun(call,
			access_delete_user(call->access, json_find_string(args, "user"),
					   access_op_done, call, &err),
			&err);
}

const struct api_operation op_access_delete_user = {
	.name = "access_delete_user",
	.method = "DELETE",
	.path = "/access/users/{user}",
	.result = "Nothing",
	.permission = "dint:DeleteUser",
	.changes = true,
	.summary = "delete a user with keys and policy",
	.arguments = of_user,
	.run = delete_user,
};

static void list(struct api_call *call, const json_t *args)
{
	(void)args;
	api_answer(call, access_list(call->access), -1);
}

static const struct api_argument nothing[] = {{0}};

const struct api_operation op_access_list = {
	.name = "access_list",
	.method = "GET",
	.path = "/access/users",
	.result = "[]User",
	.permission = "dint:ListUsers",
	.summary = "the users, their keys and policies; no secret",
	.arguments = nothing,
	.run = list,
};
