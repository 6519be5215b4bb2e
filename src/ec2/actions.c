/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All actions. */
#include "ec2/actions.h"

#include <string.h>

const struct ec2_action *const ec2_actions[] = {
	&action_send_diagnostic_interrupt,
	&action_describe_instances,
	&action_describe_instance_status,
	&action_get_console_output,
	&action_get_console_screenshot,
	&action_reboot_instances,
	&action_stop_instances,
	&action_start_instances,
	&action_describe_tags,
	&action_create_tags,
	&action_delete_tags,
	&action_describe_regions,
	&action_describe_availability_zones,
	&action_get_caller_identity,
	NULL,
};

const struct ec2_action *ec2_action_find(const char *name)
{
	for (const struct ec2_action *const *at = ec2_actions; *at; at++)
		if (!strcmp((*at)->name, name))
			return *at;
	return NULL;
}
