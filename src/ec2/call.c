/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an outcome to the audit event, and from there to the answer. */
#include "ec2/call.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "access/audit.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "ec2/audit_form.h"
#include "ec2/repeat.h"

struct ec2_call *call_new(struct ec2 *ec2, struct http_exchange *exchange)
{
	struct ec2_call *call = xcalloc(1, sizeof(*call));

	call->ec2 = ec2;
	call->exchange = exchange;
	call->request = http_request(exchange);
	call->origin = (struct access_origin){
		.address = call->request->peer,
		.user_agent = http_header_find(call->request, "User-Agent"),
		.secure = call->request->tls,
	};
	call->next = ec2->calls;
	ec2->calls = call;
	return call;
}

static void call_free(struct ec2_call *call)
{
	struct ec2_call **at = &call->ec2->calls;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	if (call->drop)
		call->drop(call->own);
	filters_done(&call->filters);
	values_done(&call->values);
	form_done(&call->form);
	buffer_done(&call->body);
	free(call->root);
	free(call->targets);
	free(call);
}

void call_send(struct ec2_call *call, unsigned status, const struct buffer *body)
{
	struct http_answer answer = {.status = status};

	http_answer_header(&answer, "Content-Type", "text/xml;charset=UTF-8");
	http_answer_header(&answer, "x-amzn-RequestId", "%s", call->request->id);
	http_answer_header(&answer, "Cache-Control", "no-cache, no-store");
	if (call->retry_ms) {
		http_answer_header(&answer, "Retry-After", "%llu",
				   (unsigned long long)(call->retry_ms + 999) / 1000);
		http_answer_header(&answer, "x-amz-retry-after", "%llu",
				   (unsigned long long)call->retry_ms);
	}
	buffer_add(&answer.body, body->bytes, body->size);
	http_answer(call->exchange, &answer);
	call_free(call);
}

/* ---- the end of a call ---- */

static void send_off(struct ec2_call *call)
{
	unsigned status = fault_status(call->fault.code);

	repeat_answered(call, status, &call->body);
	call_send(call, status, &call->body);
}

static void write_fault(struct ec2_call *call)
{
	buffer_clear(&call->body);
	if (call->sts)
		fault_write_sts(&call->fault, call->request->id, &call->body);
	else
		fault_write_ec2(&call->fault, call->request->id, &call->body);
}

static void on_audited(void *arg, const struct dint_error *err)
{
	struct ec2_call *call = arg;

	if (err) {
		log_error("%s: its audit event could not be kept: %s", call->action->name,
			  err->message);
		fault_set(&call->fault, FAULT_INTERNAL, "The call could not be audited");
		write_fault(call);
	}
	send_off(call);
}

/* Only what was done, or tried and failed for a reason of ours, is waited for: whoever was refused
 * has changed nothing. */
static bool must_be_durable(const struct ec2_call *call)
{
	return call->action && call->action->changes && call->fault.code == FAULT_NONE;
}

static void finish(struct ec2_call *call)
{
	CLEANUP(buffer_done) struct buffer parameters = {0}, response = {0};
	char code[64];
	struct dint_error err;
	bool durable = must_be_durable(call);
	const char *name = form_find(&call->form, "Action");
	struct audit_event event = {
		.principal = call->authenticated ? &call->principal : NULL,
		.claimed_key = call->principal.key_id,
		.origin = &call->origin,
		.service = call->sts ? "sts" : "ec2",
		.name = call->action ? call->action->name
			: name	     ? name
				     : "",
		.read_only = !call->action || !call->action->changes,
		.request_id = call->request->id,
	};

	audit_form_parameters(&call->values, &parameters);
	event.parameters = buffer_text(&parameters);
	if (call->fault.code) {
		fault_audit_name(call->fault.code, code);
		event.error_code = code;
		event.error_message = call->fault.message;
	} else if (call->action->changes) {
		audit_form_response(call->request->id, &response);
		event.response = buffer_text(&response);
	}
	if (!audit_append(call->ec2->access, &event, durable ? on_audited : NULL, call, &err)) {
		on_audited(call, &err);
		return;
	}
	if (!durable)
		send_off(call);
}

void call_abandon(struct ec2_call *call)
{
	fault_set(&call->fault, FAULT_UNAVAILABLE, "dintd is stopping");
	write_fault(call);
	call_send(call, fault_status(call->fault.code), &call->body);
}

/* ---- what actions call ---- */

struct xml *ec2_begin(struct ec2_call *call)
{
	char root[80];

	buffer_clear(&call->body);
	xml_begin(&call->xml, &call->body);
	snprintf(root, sizeof(root), "%sResponse", call->action->name);
	call->root = xstrdup(root);
	xml_open_in(&call->xml, call->root, XML_EC2);
	xml_text(&call->xml, "requestId", call->request->id);
	return &call->xml;
}

void ec2_answer(struct ec2_call *call)
{
	while (call->xml.depth)
		xml_close(&call->xml);
	finish(call);
}

void ec2_answer_true(struct ec2_call *call)
{
	xml_bool(ec2_begin(call), "return", true);
	ec2_answer(call);
}

void ec2_refuse(struct ec2_call *call)
{
	write_fault(call);
	finish(call);
}

void ec2_refuse_with(struct ec2_call *call, enum fault_code code, const char *fmt, ...)
{
	va_list args;

	call->fault.code = code;
	va_start(args, fmt);
	vsnprintf(call->fault.message, sizeof(call->fault.message), fmt, args);
	va_end(args);
	ec2_refuse(call);
}

void ec2_refuse_error(struct ec2_call *call, const struct dint_error *err)
{
	fault_from_error(&call->fault, err);
	ec2_refuse(call);
}

void ec2_refuse_instance(struct ec2_call *call, const struct watch *w, const char *cannot,
			 const struct dint_error *err)
{
	bool away = err->code == DINT_UNREACHABLE || err->code == DINT_TIMEOUT;

	/* where its socket is and what is wrong there is the operator's affair: dint machines */
	fault_from_error(&call->fault, err);
	fault_set(&call->fault, call->fault.code, "The instance '%s' %s: %s", w->instance_id,
		  cannot, away ? "its hypervisor cannot be reached now, try again" : err->message);
	if (away)
		log_warning("%s: %s: %s", w->config->name, call->action->name, err->message);
	ec2_refuse(call);
}

const char *ec2_caller(const struct ec2_call *call)
{
	return call->principal.arn;
}
