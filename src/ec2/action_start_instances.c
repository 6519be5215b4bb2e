/* SPDX-License-Identifier: GPL-2.0-or-later */
/* StartInstances: a guest that is shut down goes on after a reset; a process that is gone is begun
 * by the machine's `start` command. */
#include "ec2/actions.h"
#include "ec2/powering.h"

static void answer(struct powering *powering)
{
	powering_write(powering, ec2_begin(powering->call));
	ec2_answer(powering->call);
}

/* Whether the machine runs and its hypervisor has not been away for long. */
static bool runs(const struct watch *w)
{
	struct health health;

	health_of(w, &health);
	return health.power == HEALTH_RUNNING && health.host != HEALTH_IMPAIRED;
}

static void run(struct ec2_call *call)
{
	for (size_t i = 0; i < call->target_count; i++) {
		struct health health;

		health_of(call->targets[i], &health);
		if (health.power == HEALTH_STOPPING)
			return ec2_refuse_with(call, FAULT_INSTANCE_STATE,
					       "The instance '%s' cannot be started: it is "
					       "stopping",
					       call->targets[i]->instance_id);
	}
	powering_run(call, POWER_START, runs, answer);
}

static const struct parameter parameters[] = {
	{.name = "InstanceId", .list = true, .required = true},
	{.name = "AdditionalInfo"},
	{0},
};

const struct ec2_action action_start_instances = {
	.name = "StartInstances",
	.changes = true,
	.scope = EC2_ON_INSTANCES,
	.ids = "InstanceId",
	.parameters = parameters,
	.run = run,
};
