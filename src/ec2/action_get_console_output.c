/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GetConsoleOutput: the console's last 64 KiB as they came. They are always the latest; EC2's older
 * copy, which it gives where Latest is not asked for, helps nobody with a hung machine. */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "ec2/actions.h"
#include "incident/console_file.h"
#include "machine/console.h"

static void run(struct ec2_call *call)
{
	const struct watch *w = call->targets[0];
	const struct clock *clock = call->ec2->site->clock;
	uint64_t last_us = w->console_file ? console_file_last_us(w->console_file) : 0;
	CLEANUP(free_ptr) char *bytes = xmalloc(CONSOLE_RING_BYTES);
	struct xml *x = ec2_begin(call);
	uint64_t from = 0;
	size_t n = w->console ? console_copy(w->console, &from, bytes, CONSOLE_RING_BYTES) : 0;

	xml_text(x, "instanceId", w->instance_id);
	xml_time(x, "timestamp", last_us ? last_us : clock->wall_us(clock));
	if (n)
		xml_base64(x, "output", bytes, n);
	ec2_answer(call);
}

static const struct parameter parameters[] = {
	{.name = "InstanceId", .required = true},
	{.name = "Latest", .kind = PARAMETER_BOOL},
	{0},
};

const struct ec2_action action_get_console_output = {
	.name = "GetConsoleOutput",
	.scope = EC2_ON_INSTANCES,
	.ids = "InstanceId",
	.parameters = parameters,
	.run = run,
};
