/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An incident is its machine's, so that one policy speaks of machines only, here as with EC2. */
#include "api/permission.h"

#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/incidents.h"
#include "store/tags.h"
#include "json/json.h"

/* What the operation is about: an instance id, or "" for nothing in particular; so it is also for a
 * machine or an incident that there is not: who may see all of them is told so. */
static void find_subject(const struct api_call *call, const json_t *args,
			 char instance_id[INSTANCE_ID])
{
	CLEANUP(incident_row_done) struct incident_row row = {0};
	const char *machine = json_find_string(args, "machine");
	const char *id = json_find_string(args, "id");
	const struct watch *w = NULL;
	struct dint_error ignored;

	*instance_id = '\0';
	if (call->operation->about == API_ABOUT_MACHINE && machine)
		w = site_find(call->site, machine);
	if (w)
		snprintf(instance_id, INSTANCE_ID, "%s", w->instance_id);
	if (call->operation->about == API_ABOUT_INCIDENT && id &&
	    incident_find(call->site->store, id, &row, &ignored))
		snprintf(instance_id, INSTANCE_ID, "%s", row.instance_id);
}

/* What conditions may look at: the instance's tags, as EC2's calls see them, under both names. */
struct instance_keys {
	struct tag_list tags; /* the values are in it */
	struct access_key_values *keys;
	char **names;
	size_t count;
};

static void instance_keys_done(struct instance_keys *k)
{
	for (size_t i = 0; i < k->count; i++)
		free(k->names[i]);
	free(k->names);
	free(k->keys);
	tag_list_done(&k->tags);
}

static void add_key(struct instance_keys *k, char *name, const char *const *value)
{
	k->names[k->count] = name;
	k->keys[k->count++] = (struct access_key_values){name, value, 1};
}

static void add_tag(struct instance_keys *k, const char *key, const char *const *value)
{
	add_key(k, xasprintf("aws:ResourceTag/%s", key), value);
	add_key(k, xasprintf("ec2:ResourceTag/%s", key), value);
}

/* A machine that nobody named has its configured name in the tag "Name". */
static bool fill_keys(const struct api_call *call, const char *const *instance_id,
		      struct instance_keys *k, struct dint_error *err)
{
	const struct watch *w = site_find(call->site, *instance_id);
	bool named = false;

	if (!tag_list_of(call->site->store, *instance_id, &k->tags, err))
		return false;
	k->keys = xcalloc(2 * k->tags.count + 3, sizeof(*k->keys));
	k->names = xcalloc(2 * k->tags.count + 3, sizeof(*k->names));
	add_key(k, xstrdup("ec2:InstanceID"), instance_id);
	for (size_t i = 0; i < k->tags.count; i++) {
		named = named || !strcmp(k->tags.rows[i].key, "Name");
		add_tag(k, k->tags.rows[i].key, (const char *const *)&k->tags.rows[i].value);
	}
	if (w && !named)
		add_tag(k, "Name", (const char *const *)&w->config->name);
	return true;
}

bool api_may(const struct api_call *call, const char *permission, const char *instance_id,
	     struct dint_error *err)
{
	CLEANUP(instance_keys_done) struct instance_keys keys = {0};
	struct access_question question = {
		.principal = call->principal,
		.action = permission,
		.resource = "*",
		.origin = call->origin,
	};
	char arn[ACCESS_ARN], words[sizeof(err->message)];
	enum access_verdict verdict;

	if (!call->principal)
		return true;
	if (instance_id && *instance_id) {
		if (!fill_keys(call, &instance_id, &keys, err))
			return false;
		access_instance_arn(call->access, instance_id, arn);
		question.resource = arn;
		question.context = keys.keys;
		question.context_count = keys.count;
	}
	verdict = access_allowed(call->access, &question);
	if (verdict == ACCESS_ALLOWED)
		return true;
	access_words(&question, verdict, words, sizeof(words));
	return dint_fail(err, DINT_DENIED, "%s", words);
}

bool permission_check(const struct api_call *call, const json_t *args, struct dint_error *err)
{
	char instance_id[INSTANCE_ID];
	uint64_t retry_ms;

	if (!call->principal)
		return true;
	if (!access_take(call->access, call->principal->key_id, call->operation->permission, false,
			 1, &retry_ms))
		return dint_fail(err, DINT_LIMIT,
				 "Request limit exceeded: the next is answered in %" PRIu64 " ms",
				 retry_ms);
	find_subject(call, args, instance_id);
	return api_may(call, call->operation->permission, instance_id, err);
}
