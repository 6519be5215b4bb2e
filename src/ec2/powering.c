/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ask all, order all, gather the answers. */
#include "ec2/powering.h"

#include <stdlib.h>

#include "base/alloc.h"

struct order {
	struct powering *powering;
	const struct watch *watch;
};

static const char *const cannot[] = {
	[POWER_STOP] = "cannot be stopped",  [POWER_FORCED_STOP] = "cannot be stopped",
	[POWER_QUIT] = "cannot be stopped",  [POWER_REBOOT] = "cannot be rebooted",
	[POWER_START] = "cannot be started",
};

static void finish(struct powering *p)
{
	struct ec2_call *call = p->call;

	if (p->err.code)
		ec2_refuse_instance(call, p->failed, cannot[p->task], &p->err);
	else
		p->answer(p);
	free(p->before);
	free(p);
}

static void on_ordered(void *arg, const struct dint_error *err)
{
	struct order *order = arg;
	struct powering *p = order->powering;

	if (err && !p->err.code) {
		p->err = *err;
		p->failed = order->watch;
	}
	free(order);
	if (!--p->awaited)
		finish(p);
}

static bool all_may(struct ec2_call *call, enum power_task task, bool (*idle)(const struct watch *))
{
	struct dint_error err;

	for (size_t i = 0; i < call->target_count; i++)
		if (!(idle && idle(call->targets[i])) &&
		    !power_allowed(call->targets[i], task, &err)) {
			ec2_refuse_instance(call, call->targets[i], cannot[task], &err);
			return false;
		}
	return true;
}

static enum health_power *powers(const struct ec2_call *call)
{
	enum health_power *before = xcalloc(call->target_count + 1, sizeof(*before));

	for (size_t i = 0; i < call->target_count; i++) {
		struct health health;

		health_of(call->targets[i], &health);
		before[i] = health.power;
	}
	return before;
}

void powering_run(struct ec2_call *call, enum power_task task, bool (*idle)(const struct watch *),
		  void (*answer)(struct powering *powering))
{
	enum health_power *before = powers(call);
	struct powering *p;

	if (!all_may(call, task, idle)) {
		free(before);
		return;
	}
	p = xcalloc(1, sizeof(*p));
	p->call = call;
	p->task = task;
	p->before = before;
	p->answer = answer;
	p->awaited = 1; /* this loop's own, so that no answer comes before its end */
	for (size_t i = 0; i < call->target_count; i++) {
		struct order *order;

		if (idle && idle(call->targets[i]))
			continue;
		order = xcalloc(1, sizeof(*order));
		order->powering = p;
		order->watch = call->targets[i];
		p->awaited++;
		power_do(call->targets[i], task, on_ordered, order);
	}
	if (!--p->awaited)
		finish(p);
}

void powering_write(const struct powering *p, struct xml *x)
{
	xml_open(x, "instancesSet");
	for (size_t i = 0; i < p->call->target_count; i++) {
		const struct watch *w = p->call->targets[i];
		struct health health;

		health_of(w, &health);
		xml_open(x, "item");
		xml_text(x, "instanceId", w->instance_id);
		instance_write_state(x, "currentState", health.power);
		instance_write_state(x, "previousState", p->before[i]);
		xml_close(x);
	}
	xml_close(x);
}
