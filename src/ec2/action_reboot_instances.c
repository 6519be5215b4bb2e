/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RebootInstances: the power button, and a reset when nobody minds it (a hung machine: at once). */
#include "ec2/actions.h"
#include "ec2/powering.h"

static void answer(struct powering *powering)
{
	ec2_answer_true(powering->call);
}

static void run(struct ec2_call *call)
{
	powering_run(call, POWER_REBOOT, NULL, answer);
}

static const struct parameter parameters[] = {
	{.name = "InstanceId", .list = true, .required = true},
	{0},
};

const struct ec2_action action_reboot_instances = {
	.name = "RebootInstances",
	.changes = true,
	.scope = EC2_ON_INSTANCES,
	.ids = "InstanceId",
	.parameters = parameters,
	.run = run,
};
