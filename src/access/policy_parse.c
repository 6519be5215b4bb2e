/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a document, strictly: a member that is not known may have been meant to restrict. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "access/manage.h"
#include "access/policy_internal.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "json/json.h"

static bool check_members(const json_t *object, const char *const *known, struct dint_error *err)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)object, key, value) {
		size_t i = 0;

		while (known[i] && strcmp(known[i], key) != 0)
			i++;
		if (!known[i])
			return dint_fail(err, DINT_BAD_REQUEST, "'%.40s' does not belong here",
					 key);
	}
	return true;
}

/* ---- actions and resources ---- */

/* "*", or a service's name, ':' and a pattern. */
static bool check_action(const char *text, struct dint_error *err)
{
	size_t service = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-");
	size_t name;

	if (!strcmp(text, "*"))
		return true;
	if (!service || text[service] != ':')
		return dint_fail(err, DINT_BAD_REQUEST,
				 "'%.60s' is not an action: service:Name, or *", text);
	for (name = service + 1; text[name]; name++)
		if (!isalnum((unsigned char)text[name]) && !strchr("*?-_.", text[name]))
			break;
	if (text[name] || name == service + 1)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "'%.60s' is not an action: letters, digits, * and ? follow the "
				 "service",
				 text);
	return true;
}

static bool check_resource(const char *text, struct dint_error *err)
{
	if (!strcmp(text, "*") || !strncmp(text, "arn:", 4))
		return true;
	return dint_fail(err, DINT_BAD_REQUEST, "'%.60s' is not a resource: an ARN, or *", text);
}

struct list_kind {
	const char *name, *not_name;
	unsigned form;
	bool variables;
	bool (*check)(const char *text, struct dint_error *err);
};

static const struct list_kind actions_kind = {
	"Action", "NotAction", PATTERN_WILDCARDS | PATTERN_FOLD, false, check_action};
static const struct list_kind resources_kind = {
	"Resource", "NotResource", PATTERN_WILDCARDS | PATTERN_RESOURCE, true, check_resource};

static bool read_item(const json_t *value, const struct list_kind *kind, unsigned form,
		      struct pattern_list *list, struct dint_error *err)
{
	const char *text = json_string_value(value);

	if (!text)
		return dint_fail(err, DINT_BAD_REQUEST, "a text or a list of texts belongs here");
	if (!kind->check(text, err) || !pattern_new(text, form, &list->items[list->count], err))
		return false;
	list->count++;
	return true;
}

static bool read_list(const json_t *statement, const struct list_kind *kind, bool variables,
		      bool *not_these, struct pattern_list *list, struct dint_error *err)
{
	const json_t *these = json_object_get(statement, kind->name);
	const json_t *others = json_object_get(statement, kind->not_name);
	const json_t *values = these ? these : others;
	unsigned form = kind->form | (kind->variables && variables ? PATTERN_VARIABLES : 0u);
	size_t n = json_is_array(values) ? json_array_size(values) : 1;

	if (!these == !others)
		return dint_fail(err, DINT_BAD_REQUEST, "one of %s and %s belongs here", kind->name,
				 kind->not_name);
	if (!n)
		return dint_fail(err, DINT_BAD_REQUEST, "%s: empty",
				 these ? kind->name : kind->not_name);
	*not_these = others;
	list->items = xcalloc(n, sizeof(struct pattern *));
	for (size_t i = 0; i < n; i++)
		if (!read_item(json_is_array(values) ? json_array_get(values, i) : values, kind,
			       form, list, err))
			return dint_within(err, "%s", these ? kind->name : kind->not_name);
	return true;
}

static void list_done(struct pattern_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		pattern_free(list->items[i]);
	free(list->items);
}

/* ---- conditions ---- */

static bool read_operator(const char *name, const json_t *keys, bool variables,
			  struct statement *statement, struct dint_error *err)
{
	const char *key;
	json_t *values;

	if (!json_object_size(keys)) /* 0 also for what is no object */
		return dint_fail(err, DINT_BAD_REQUEST, "%.60s: keys and their values belong here",
				 name);
	json_object_foreach ((json_t *)keys, key, values) {
		statement->conditions = xgrow(statement->conditions, statement->condition_count,
					      sizeof(*statement->conditions));
		if (!condition_read(name, key, values, variables,
				    &statement->conditions[statement->condition_count], err))
			return false;
		statement->condition_count++;
	}
	return true;
}

static bool read_conditions(const json_t *json, bool variables, struct statement *statement,
			    struct dint_error *err)
{
	const json_t *condition = json_object_get(json, "Condition");
	const char *name;
	json_t *keys;

	if (condition && !json_is_object(condition))
		return dint_fail(err, DINT_BAD_REQUEST, "Condition: an object belongs here");
	json_object_foreach ((json_t *)condition, name, keys)
		if (!read_operator(name, keys, variables, statement, err))
			return dint_within(err, "Condition");
	return true;
}

/* ---- statements ---- */

static bool read_effect(const json_t *json, bool *denies, struct dint_error *err)
{
	const char *effect;

	if (!json_get_string(json, "Effect", &effect, err))
		return false;
	*denies = !strcmp(effect, "Deny");
	if (!*denies && strcmp(effect, "Allow") != 0)
		return dint_fail(err, DINT_BAD_REQUEST, "Effect: Allow or Deny, not '%.20s'",
				 effect);
	return true;
}

static bool read_statement(const json_t *json, bool variables, struct statement *statement,
			   struct dint_error *err)
{
	static const char *const known[] = {"Sid",	"Effect",      "Action",    "NotAction",
					    "Resource", "NotResource", "Condition", NULL};
	const json_t *sid = json_object_get(json, "Sid");

	if (!json_is_object(json))
		return dint_fail(err, DINT_BAD_REQUEST, "an object belongs here");
	if (json_object_get(json, "Principal") || json_object_get(json, "NotPrincipal"))
		return dint_fail(err, DINT_BAD_REQUEST,
				 "a user's policy has no Principal: it is the user");
	if (sid && !json_is_string(sid))
		return dint_fail(err, DINT_BAD_REQUEST, "Sid: a string belongs here");
	return check_members(json, known, err) && read_effect(json, &statement->denies, err) &&
	       read_list(json, &actions_kind, variables, &statement->not_action,
			 &statement->actions, err) &&
	       read_list(json, &resources_kind, variables, &statement->not_resource,
			 &statement->resources, err) &&
	       read_conditions(json, variables, statement, err);
}

static void statement_done(struct statement *statement)
{
	list_done(&statement->actions);
	list_done(&statement->resources);
	for (size_t i = 0; i < statement->condition_count; i++)
		condition_done(&statement->conditions[i]);
	free(statement->conditions);
}

static bool read_version(const json_t *root, struct policy *policy, struct dint_error *err)
{
	const json_t *version = json_object_get(root, "Version");
	const char *text = json_string_value(version);

	if (version && (!text || (strcmp(text, "2012-10-17") && strcmp(text, "2008-10-17"))))
		return dint_fail(err, DINT_BAD_REQUEST, "Version: 2012-10-17 or 2008-10-17");
	policy->variables = text && !strcmp(text, "2012-10-17");
	return true;
}

static bool read_document(const json_t *root, struct policy *policy, struct dint_error *err)
{
	static const char *const known[] = {"Version", "Id", "Statement", NULL};
	const json_t *statements = json_object_get(root, "Statement");
	size_t n = json_is_array(statements) ? json_array_size(statements) : 1;

	if (!json_is_object(root))
		return dint_fail(err, DINT_BAD_REQUEST, "an object belongs here");
	if (!check_members(root, known, err) || !read_version(root, policy, err))
		return false;
	if (!statements)
		return dint_fail(err, DINT_BAD_REQUEST, "Statement: missing");
	policy->statements = xcalloc(n, sizeof(*policy->statements));
	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_is_array(statements) ? json_array_get(statements, i)
							      : statements;

		policy->statement_count++;
		if (!read_statement(one, policy->variables, &policy->statements[i], err))
			return dint_within(err, "statement %zu", i + 1);
	}
	return true;
}

DEFINE_CLEANUP(policy_free, struct policy *)

bool policy_parse(const char *text, size_t size_bytes, struct policy **policy,
		  struct dint_error *err)
{
	CLEANUP(json_decref_ptr) json_t *root = NULL;
	CLEANUP(policy_free_ptr) struct policy *made = xcalloc(1, sizeof(*made));

	if (!json_parse_limited(text, size_bytes, ACCESS_POLICY_BYTES, &root, err) ||
	    !read_document(root, made, err))
		return dint_within(err, "policy");
	*policy = TAKE(made);
	return true;
}

void policy_free(struct policy *policy)
{
	if (!policy)
		return;
	for (size_t i = 0; i < policy->statement_count; i++)
		statement_done(&policy->statements[i]);
	free(policy->statements);
	free(policy);
}
