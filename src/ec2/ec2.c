/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way of a call, each station of which may refuse it:
 *
 *	form → who → action, version → parameters → too often? → repeated? → ids' form → may they
 *	→ do they exist → dry run → run
 */
#include "ec2/ec2.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/units.h"
#include "ec2/call.h"
#include "ec2/permission.h"
#include "ec2/repeat.h"
#include "ec2/tags.h"
#include "incident/worker.h"

#define EC2_VERSION "2016-11-15"
#define STS_VERSION "2011-06-15"

/* ---- form, who ---- */

static bool read_form(struct ec2_call *call)
{
	const struct http_request *r = call->request;
	struct dint_error err;

	if (strcmp(r->path, "/"))
		return fault_fail(&call->fault, FAULT_INVALID_ACTION,
				  "There is nothing at %.60s: EC2's calls go to /", r->path);
	if (strcmp(r->method, "GET") && strcmp(r->method, "POST"))
		return fault_fail(&call->fault, FAULT_INVALID_ACTION,
				  "EC2's calls are GET or POST, not %.20s", r->method);
	if (!form_parse(r->query, r->body, r->body_size, &call->form, &err))
		return fault_fail(&call->fault, FAULT_MALFORMED_QUERY,
				  "The request is malformed: %s", err.message);
	return true;
}

static bool is_sts(const struct form *form)
{
	const char *action = form_find(form, "Action");
	const char *version = form_find(form, "Version");
	const struct ec2_action *known = action ? ec2_action_find(action) : NULL;

	return known ? known->sts : version && !strcmp(version, STS_VERSION);
}

/* What EC2 and STS say for each refusal. */
static const struct {
	enum fault_code ec2, sts;
	const char *words; /* NULL: access/'s own */
} refusals[] = {
	[ACCESS_UNSIGNED] = {FAULT_NO_TOKEN, FAULT_NO_TOKEN,
			     "Request is missing Authentication Token"},
	[ACCESS_INCOMPLETE] = {FAULT_INCOMPLETE_SIGNATURE, FAULT_INCOMPLETE_SIGNATURE, NULL},
	[ACCESS_UNKNOWN_KEY] = {FAULT_AUTH_FAILURE, FAULT_INVALID_TOKEN, NULL},
	[ACCESS_WRONG_SIGNATURE] = {FAULT_AUTH_FAILURE, FAULT_SIGNATURE, NULL},
	[ACCESS_EXPIRED] = {FAULT_EXPIRED, FAULT_SIGNATURE, NULL},
};

static bool authenticate(struct ec2_call *call)
{
	const struct http_request *r = call->request;
	struct sigv4_header headers[HTTP_HEADERS_MAX];
	struct sigv4_request signed_request = {
		.method = r->method,
		.path = r->path,
		.query = r->query,
		.headers = headers,
		.header_count = r->header_count < HTTP_HEADERS_MAX ? r->header_count
								   : HTTP_HEADERS_MAX,
		.body = r->body,
		.body_size = r->body_size,
	};
	enum access_refusal refusal;
	struct dint_error err;

	for (size_t i = 0; i < signed_request.header_count; i++)
		headers[i] = (struct sigv4_header){r->headers[i].name, r->headers[i].value};
	refusal = access_authenticate(call->ec2->access, &signed_request, call->sts ? "sts" : "ec2",
				      &call->principal, &err);
	call->authenticated = refusal == ACCESS_OK;
	if (call->authenticated)
		return true;
	return fault_fail(&call->fault, call->sts ? refusals[refusal].sts : refusals[refusal].ec2,
			  "%s", refusals[refusal].words ? refusals[refusal].words : err.message);
}

/* ---- action, parameters ---- */

static bool find_action(struct ec2_call *call)
{
	const char *name = form_find(&call->form, "Action");
	const char *version = form_find(&call->form, "Version");
	const char *wanted = call->sts ? STS_VERSION : EC2_VERSION;

	if (!name)
		return fault_fail(&call->fault, FAULT_MISSING_ACTION,
				  "The request must contain the parameter Action");
	call->action = ec2_action_find(name);
	if (!call->action)
		return fault_fail(&call->fault, FAULT_INVALID_ACTION,
				  "The action %.80s is not valid for this web service.", name);
	if (!version)
		return fault_fail(&call->fault, FAULT_MISSING_PARAMETER,
				  "The request must contain the parameter Version");
	if (strcmp(version, wanted))
		return fault_fail(&call->fault, FAULT_NO_SUCH_VERSION,
				  "There is no version '%.40s' of this service, only %s", version,
				  wanted);
	return true;
}

static const struct parameter common[] = {{.name = "DryRun", .kind = PARAMETER_BOOL}, {0}};

static bool read_parameters(struct ec2_call *call)
{
	const struct ec2_action *action = call->action;
	const struct parameter *tables[PARAMETER_TABLES_MAX + 1] = {0};
	unsigned count = 0;

	if (action->parameters)
		tables[count++] = action->parameters;
	if (action->filters)
		tables[count++] = filter_parameters;
	if (action->pages)
		tables[count++] = page_parameters;
	if (!action->sts)
		tables[count++] = common;
	return values_read(&call->form, tables, &call->values, &call->fault) &&
	       (!action->filters ||
		filters_read(&call->values, action->filters, &call->filters, &call->fault)) &&
	       (!action->pages || page_read(&call->values, action->ids, &call->page, &call->fault));
}

static bool take_token(struct ec2_call *call)
{
	const struct ec2_action *action = call->action;
	size_t ids = action->ids ? values_count(&call->values, action->ids) : 0;
	bool whole = action->pages && !ids && !call->filters.count && !call->page.most;
	char name[80];

	snprintf(name, sizeof(name), "%s:%s", action->sts ? "sts" : "ec2", action->name);
	if (access_take(call->ec2->access, call->principal.key_id, name, whole, (unsigned)ids,
			&call->retry_ms)) {
		call->retry_ms = 0;
		return true;
	}
	return fault_fail(&call->fault, action->sts ? FAULT_THROTTLING : FAULT_RATE,
			  "Request limit exceeded.");
}

/* ---- the instances that it names ---- */

static bool are_ids(struct ec2_call *call)
{
	const char *ids = call->action->ids;
	size_t count = ids ? values_count(&call->values, ids) : 0;

	for (size_t i = 0; i < count; i++) {
		const char *id = values_item(&call->values, ids, i);

		if (instance_id_is_one(id))
			continue;
		if (!strcmp(ids, "ResourceId"))
			return fault_fail(&call->fault, FAULT_INVALID_ID,
					  "The ID '%.60s' is not valid: only instances (i-…) have "
					  "tags here",
					  id);
		return fault_fail(&call->fault, FAULT_INSTANCE_MALFORMED, "Invalid id: \"%.60s\"",
				  id);
	}
	return true;
}

static bool is_target(const struct ec2_call *call, const struct watch *w)
{
	for (size_t i = 0; i < call->target_count; i++)
		if (call->targets[i] == w)
			return true;
	return false;
}

static bool find_targets(struct ec2_call *call)
{
	CLEANUP(buffer_done) struct buffer missing = {0};
	const char *ids = call->action->ids;
	size_t count = ids ? values_count(&call->values, ids) : 0, absent = 0;

	call->targets = xcalloc(count + 1, sizeof(*call->targets));
	for (size_t i = 0; i < count; i++) {
		const char *id = values_item(&call->values, ids, i);
		struct watch *w = instances_find(&call->ec2->instances, id);

		if (!w)
			buffer_printf(&missing, "%s%s", absent++ ? ", " : "", id);
		else if (!is_target(call, w))
			call->targets[call->target_count++] = w;
	}
	if (!absent)
		return true;
	return fault_fail(&call->fault, FAULT_INSTANCE_NOT_FOUND,
			  absent == 1 ? "The instance ID '%.400s' does not exist"
				      : "The instance IDs '%.400s' do not exist",
			  buffer_text(&missing));
}

/* ---- all together ---- */

static bool is_wet(struct ec2_call *call)
{
	if (!values_bool(&call->values, "DryRun"))
		return true;
	return fault_fail(&call->fault, FAULT_DRY_RUN,
			  "Request would have succeeded, but DryRun flag is set.");
}

void ec2_handle(void *arg, struct http_exchange *exchange)
{
	struct ec2_call *call = call_new(arg, exchange);

	if (!read_form(call))
		return ec2_refuse(call);
	call->sts = is_sts(&call->form);
	if (!authenticate(call) || !find_action(call) || !read_parameters(call) ||
	    !take_token(call))
		return ec2_refuse(call);
	if (call->action->changes && !values_bool(&call->values, "DryRun") && repeat_takes(call))
		return;
	if (!are_ids(call) || !permission_given(call) || !find_targets(call) || !is_wet(call))
		return ec2_refuse(call);
	call->action->run(call);
}

/* A request that the server refused by itself has no form that one could tell the service by. */
void ec2_refuse_http(void *arg, const struct http_request *request, unsigned status,
		     const char *words, struct http_answer *answer)
{
	static const struct {
		unsigned status;
		enum fault_code code;
	} codes[] = {{503, FAULT_UNAVAILABLE}, {500, FAULT_INTERNAL}};
	struct fault fault;

	(void)arg;
	fault_set(&fault, FAULT_MALFORMED_QUERY, "%s", words);
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (status == codes[i].status)
			fault.code = codes[i].code;
	answer->status = status;
	http_answer_header(answer, "Content-Type", "text/xml;charset=UTF-8");
	fault_write_ec2(&fault, request->id, &answer->body);
}

/* ---- opening ---- */

DEFINE_CLEANUP(ec2_close, struct ec2 *)

bool ec2_open(struct site *site, struct access *access, struct ec2 **out, struct dint_error *err)
{
	CLEANUP(ec2_close_ptr) struct ec2 *ec2 = xcalloc(1, sizeof(*ec2));

	ec2->site = site;
	ec2->store = site->store;
	ec2->access = access;
	instances_open(&ec2->instances, site);
	if (!tags_open(site->store, &ec2->tags, err) || !worker_new(site->loop, &ec2->worker, err))
		return false;
	*out = TAKE(ec2);
	return true;
}

void ec2_close(struct ec2 *ec2)
{
	if (!ec2)
		return;
	worker_free(ec2->worker);
	store_drain(ec2->store);
	while (ec2->calls)
		call_abandon(ec2->calls);
	repeats_free(ec2);
	tags_close(ec2->tags);
	instances_done(&ec2->instances);
	free(ec2);
}
