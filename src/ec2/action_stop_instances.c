/* SPDX-License-Identifier: GPL-2.0-or-later */
/* StopInstances: the power button; with Force the hypervisor's process ends when nobody minds it,
 * and with SkipOsShutdown (or a machine known hung) at once. */
#include "ec2/actions.h"
#include "ec2/powering.h"

static bool is_stopped(const struct watch *w)
{
	struct health health;

	health_of(w, &health);
	return health.power == HEALTH_STOPPED;
}

static void answer(struct powering *powering)
{
	powering_write(powering, ec2_begin(powering->call));
	ec2_answer(powering->call);
}

static enum power_task task_of(const struct values *values)
{
	if (values_bool(values, "SkipOsShutdown"))
		return POWER_QUIT;
	return values_bool(values, "Force") ? POWER_FORCED_STOP : POWER_STOP;
}

static void run(struct ec2_call *call)
{
	if (values_bool(&call->values, "Hibernate"))
		return ec2_refuse_with(
			call, FAULT_UNSUPPORTED,
			"The instance '%s' cannot be hibernated: no machine here can",
			call->targets[0]->instance_id);
	powering_run(call, task_of(&call->values), is_stopped, answer);
}

static const struct parameter parameters[] = {
	{.name = "InstanceId", .list = true, .required = true},
	{.name = "Force", .kind = PARAMETER_BOOL},
	{.name = "Hibernate", .kind = PARAMETER_BOOL},
	{.name = "SkipOsShutdown", .kind = PARAMETER_BOOL},
	{0},
};

const struct ec2_action action_stop_instances = {
	.name = "StopInstances",
	.changes = true,
	.scope = EC2_ON_INSTANCES,
	.ids = "InstanceId",
	.parameters = parameters,
	.run = run,
};
