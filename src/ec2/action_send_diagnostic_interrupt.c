/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SendDiagnosticInterrupt: answered when the NMI's bytes are on their way and the hypervisor's
 * answer is durable, some milliseconds after the call; what comes of it is the incident's affair.
 *
 *	request → requested (durable) → evidence → injecting (durable) → NMI → injected: answer
 *
 * A refusal that asks for a repeat (503) is given only while nothing can have been sent.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fault.h"
#include "ec2/actions.h"
#include "incident/request.h"

/* Evidence has a second, the hypervisor five: whoever waits longer is answered success, as what was
 * asked for is durable and will be done. */
#define SEND_WAIT_MS 3000

struct send {
	struct ec2_call *call;
	struct watch *watch;
	char incident[INCIDENT_ID];
	struct site_listener listener;
	sd_event_source *timer;
};

/* The listener has gone with the site, or been taken back. */
static void send_drop(void *own)
{
	struct send *send = own;

	sd_event_source_disable_unref(send->timer);
	free(send);
}

static void not_sent(struct ec2_call *call, const struct watch *w)
{
	struct dint_error err = w->inject_error;

	if (err.code == DINT_OK)
		dint_error_set(&err, DINT_CONFLICT,
			       "it began to act by itself; nothing was sent (%s has its history)",
			       w->row.id);
	ec2_refuse_instance(call, w, "was not interrupted", &err);
}

/* Whether the injection is behind it, one way or another. */
static bool is_over(const struct send *send)
{
	const struct watch *w = send->watch;

	return strcmp(w->row.id, send->incident) ||
	       (w->state != STATE_REQUESTED && w->state != STATE_INJECTING);
}

static void answer(struct send *send)
{
	struct ec2_call *call = send->call;
	const struct watch *w = send->watch;
	bool failed = !strcmp(w->row.id, send->incident) && w->state == STATE_NOT_SENT;

	call->drop = NULL;
	site_unlisten(w->site, &send->listener);
	send_drop(send);
	fault_point("ec2: interrupted, before the answer");
	if (failed)
		not_sent(call, w);
	else
		ec2_answer_true(call);
}

static void on_changed(void *arg, struct watch *watch)
{
	struct send *send = arg;

	if (watch == send->watch && is_over(send))
		answer(send);
}

static int on_timer(sd_event_source *source, uint64_t now, void *arg)
{
	(void)source;
	(void)now;
	answer(arg);
	return 0;
}

static void wait_for_injection(struct ec2_call *call, struct watch *w)
{
	struct send *send = xcalloc(1, sizeof(*send));

	send->call = call;
	send->watch = w;
	memcpy(send->incident, w->row.id, sizeof(send->incident));
	send->listener = (struct site_listener){.changed = on_changed, .arg = send};
	call->own = send;
	call->drop = send_drop;
	site_listen(w->site, &send->listener);
	sd_event_add_time_relative(w->site->loop, &send->timer, CLOCK_MONOTONIC,
				   SEND_WAIT_MS * 1000, 0, on_timer, send);
}

static void refuse(struct ec2_call *call, const struct watch *w, const struct dint_error *err)
{
	struct dint_error said = *err;

	if (err->code == DINT_LIMIT) /* the disk is full: not too many calls, and nothing sent */
		said.code = DINT_UNREACHABLE;
	ec2_refuse_instance(call, w, "cannot be interrupted, and nothing was sent", &said);
}

static void told(void *arg, const struct incident_row *row, bool joined,
		 const struct dint_error *err)
{
	struct ec2_call *call = arg;
	struct watch *w = call->targets[0];
	struct dint_error again;

	(void)row;
	if (err)
		return refuse(call, w, err);
	if (!joined && w->state == STATE_REQUESTED)
		return wait_for_injection(call, w);
	if (w->state != STATE_UNCERTAIN_ENDED)
		return ec2_answer_true(call);
	dint_error_set(
		&again, DINT_CONFLICT,
		"an earlier interrupt (%s) may have been sent and nothing came of it; only a "
		"person sends another: dint send %s --again",
		w->row.id, w->config->name);
	refuse(call, w, &again);
}

static void run(struct ec2_call *call)
{
	struct watch *w = call->targets[0];
	struct health health;
	struct dint_error err;

	health_of(w, &health);
	if (health.power == HEALTH_STOPPED &&
	    state_transition(w->state, EVENT_SEND).action != ACTION_JOIN) {
		dint_error_set(&err, DINT_CONFLICT, "it is %s", instance_state_name(health.power));
		return refuse(call, w, &err);
	}
	request_send(w, false, ec2_caller(call), NULL, told, call);
}

static const struct parameter parameters[] = {
	{.name = "InstanceId", .required = true},
	{0},
};

const struct ec2_action action_send_diagnostic_interrupt = {
	.name = "SendDiagnosticInterrupt",
	.changes = true,
	.scope = EC2_ON_INSTANCES,
	.ids = "InstanceId",
	.parameters = parameters,
	.run = run,
};
