/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between an operation's answer and the asker stands the audit: its event is durable before
 * anything that changed is answered, and before a secret leaves; others are answered at once.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "access/audit.h"
#include "api/api.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"

static void deliver(struct api_call *call)
{
	CLEANUP(free_ptr) char *caller = TAKE(call->caller_copy);
	CLEANUP(json_decref_ptr) json_t *request = TAKE(call->request);
	CLEANUP(close_fd) int fd = TAKE_FD(call->fd);
	struct dint_error refusal = call->refusal;
	json_t *result = TAKE(call->result);

	(void)caller;
	(void)request;
	if (result)
		call->answer(call, result, fd);
	else
		call->refuse(call, &refusal);
}

static void on_durable(void *arg, const struct dint_error *err)
{
	struct api_call *call = arg;

	if (err && call->result) {
		json_decref(call->result);
		call->result = NULL;
		call->refusal = *err;
		dint_error_prefix(&call->refusal,
				  "done, but the audit could not be written, so nobody may know");
	}
	deliver(call);
}

/* What of an answer belongs in the audit: ids, never a secret. */
static char *response_text(const json_t *result)
{
	static const char *const keys[] = {"incident", "AccessKeyId"};
	CLEANUP(json_decref_ptr) json_t *kept = json_object();

	for (size_t i = 0; i < 2; i++)
		if (json_is_string(json_object_get(result, keys[i])))
			json_object_set(kept, keys[i], json_object_get(result, keys[i]));
	return json_object_size(kept) ? json_dumps(kept, JSON_COMPACT) : NULL;
}

static char *parameters_text(const struct api_call *call)
{
	const json_t *args = json_object_get(call->request, "args");

	return json_is_object(args) && json_object_size(args) ? json_dumps(args, JSON_COMPACT)
							      : NULL;
}

/* "dint:GetDump" is the event GetDump; what is no operation is under the name it was asked by. */
static const char *audited_name(const struct api_call *call)
{
	const char *name = call->operation ? strchr(call->operation->permission, ':') + 1
					   : json_find_string(call->request, "op");

	return name ? name : "";
}

static bool append(struct api_call *call, audit_done_fn *done, struct dint_error *err)
{
	CLEANUP(free_ptr) char *parameters = parameters_text(call);
	CLEANUP(free_ptr) char *response = response_text(call->result);
	CLEANUP(free_ptr) char *code = NULL;
	struct audit_event event = {
		.principal = call->principal,
		.caller = call->caller,
		.origin = call->origin,
		.service = "dint",
		.name = audited_name(call),
		.read_only = !call->operation || !call->operation->changes,
		.request_id = call->request_id,
		.parameters = parameters,
		.response = response,
		.of_audit = call->operation && !strcmp(call->operation->name, "audit"),
	};

	if (!call->result) {
		code = xasprintf("Client.%s", dint_code_name(call->refusal.code));
		event.error_code = code;
		event.error_message = call->refusal.message;
	}
	return audit_append(call->access, &event, done, call, err);
}

static void finish(struct api_call *call)
{
	const struct api_operation *operation = call->operation;
	bool awaited = operation && (operation->changes || operation->secret);
	struct dint_error err;

	call->cancel = NULL;
	if (!call->access) {
		deliver(call);
		return;
	}
	if (!append(call, awaited ? on_durable : NULL, &err))
		on_durable(call, &err);
	else if (!awaited)
		deliver(call);
}

void api_answer(struct api_call *call, json_t *result, int fd)
{
	call->result = result;
	if (fd >= 0)
		call->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	finish(call);
}

void api_refuse(struct api_call *call, const struct dint_error *err)
{
	call->refusal = *err;
	finish(call);
}
