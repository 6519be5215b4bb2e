/* SPDX-License-Identifier: GPL-2.0-or-later */
/* access_set_policy, access_simulate: what a user may. */
#include <string.h>

#include "access/manage.h"
#include "api/op_access_internal.h"
#include "api/operations.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"

static void set_policy(struct api_call *call, const json_t *args)
{
	struct dint_error err;

	access_op_begun(call,
			access_set_policy(call->access, json_find_string(args, "user"),
					  json_find_string(args, "document"), access_op_done, call,
					  &err),
			&err);
}

static const struct api_argument policy_arguments[] = {
	{"user", API_STRING, true, "the user's name"},
	{"document", API_STRING, false, "the policy, JSON; left out: none any more"},
	{0},
};

const struct api_operation op_access_set_policy = {
	.name = "access_set_policy",
	.method = "PUT",
	.path = "/access/users/{user}/policy",
	.result = "Nothing",
	.permission = "dint:PutUserPolicy",
	.changes = true,
	.summary = "give a user a policy, in place of the one before",
	.arguments = policy_arguments,
	.run = set_policy,
};

/* ---- simulate ---- */

#define SIMULATED_KEYS 64 /* more than any call has */

/* {"ec2:ResourceTag/team": "a", "aws:TagKeys": ["b", "c"]}, borrowed from the JSON. */
struct simulated {
	struct access_key_values keys[SIMULATED_KEYS];
	const char **values;
	size_t key_count, value_count;
};

static bool add_value(struct simulated *simulated, const json_t *value, const char *key,
		      struct dint_error *err)
{
	if (!json_is_string(value))
		return dint_fail(err, DINT_BAD_REQUEST,
				 "context: %.60s: a string or a list of strings belongs here", key);
	simulated->values[simulated->value_count++] = json_string_value(value);
	simulated->keys[simulated->key_count].count++;
	return true;
}

static bool add_key(struct simulated *simulated, const char *key, const json_t *value,
		    struct dint_error *err)
{
	struct access_key_values *entry = &simulated->keys[simulated->key_count];

	if (simulated->key_count == SIMULATED_KEYS)
		return dint_fail(err, DINT_LIMIT, "context: the most is %u keys", SIMULATED_KEYS);
	entry->key = key;
	entry->values = simulated->values + simulated->value_count;
	for (size_t i = 0; json_is_array(value) && i < json_array_size(value); i++)
		if (!add_value(simulated, json_array_get(value, i), key, err))
			return false;
	if (!json_is_array(value) && !add_value(simulated, value, key, err))
		return false;
	simulated->key_count++;
	return true;
}

static size_t count_values(const json_t *context)
{
	size_t count = 1;
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)context, key, value)
		count += json_is_array(value) ? json_array_size(value) : 1;
	return count;
}

static bool read_context(const char *text, struct simulated *simulated, json_t **root,
			 struct dint_error *err)
{
	const char *key;
	json_t *value;

	if (!text)
		return true;
	if (!json_parse_limited(text, strlen(text), ACCESS_POLICY_BYTES, root, err))
		return dint_within(err, "context");
	if (!json_is_object(*root))
		return dint_fail(err, DINT_BAD_REQUEST, "context: an object belongs here");
	simulated->values = xcalloc(count_values(*root), sizeof(*simulated->values));
	json_object_foreach (*root, key, value)
		if (!add_key(simulated, key, value, err))
			return false;
	return true;
}

static bool simulate(struct api_call *call, const json_t *args, json_t **out,
		     struct dint_error *err)
{
	static const char *const names[] = {
		[ACCESS_ALLOWED] = "allowed",
		[ACCESS_NOT_ALLOWED] = "implicitDeny",
		[ACCESS_DENIED] = "explicitDeny",
	};
	CLEANUP(json_decref_ptr) json_t *root = NULL;
	struct simulated simulated = {0};
	struct access_principal principal;
	struct access_question question = {
		.principal = &principal,
		.action = json_find_string(args, "action"),
		.resource = json_find_string(args, "resource"),
		.context = simulated.keys,
	};
	enum access_verdict verdict;
	size_t statement;
	bool ok = access_find_user(call->access, json_find_string(args, "user"), &principal, err) &&
		  read_context(json_find_string(args, "context"), &simulated, &root, err);

	if (ok) {
		if (!question.resource)
			question.resource = "*";
		question.context_count = simulated.key_count;
		verdict = access_judge(call->access, &question, &statement);
		*out = json_pack("{s:s, s:s, s:s, s:o}", "action", question.action, "resource",
				 question.resource, "decision", names[verdict], "statement",
				 statement ? json_integer((json_int_t)statement) : json_null());
	}
	free(simulated.values);
	return ok;
}

static void run_simulate(struct api_call *call, const json_t *args)
{
	struct dint_error err;
	json_t *answer;

	if (simulate(call, args, &answer, &err))
		api_answer(call, answer, -1);
	else
		api_refuse(call, &err);
}

static const struct api_argument simulate_arguments[] = {
	{"user", API_STRING, true, "the user's name"},
	{"action", API_STRING, true, "as ec2:SendDiagnosticInterrupt"},
	{"resource", API_STRING, false, "an ARN; left out: *"},
	{"context", API_STRING, false, "further keys, a JSON object of strings and lists of them"},
	{0},
};

const struct api_operation op_access_simulate = {
	.name = "access_simulate",
	.method = "POST",
	.path = "/access/simulate",
	.result = "Decision",
	.permission = "dint:SimulatePolicy",
	.summary = "whether a user may do something, and by which statement",
	.arguments = simulate_arguments,
	.run = run_simulate,
};
