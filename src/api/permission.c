/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An incident is its machine's, so that one policy speaks of machines only, here as with EC2. */
#include "api/permission.h"

#include <inttypes.h>
#include <string.h>

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

bool api_may(const struct api_call *call, const char *permission, const char *instance_id,
	     struct dint_error *err)
{
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
		access_instance_arn(call->access, instance_id, arn);
		question.resource = arn;
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
