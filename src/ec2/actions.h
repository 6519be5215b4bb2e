/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records, one file each; ec2/actions.c lists them. */
#pragma once
#include "ec2/action.h"

extern const struct ec2_action action_create_tags;
extern const struct ec2_action action_delete_tags;
extern const struct ec2_action action_describe_availability_zones;
extern const struct ec2_action action_describe_instance_status;
extern const struct ec2_action action_describe_instances;
extern const struct ec2_action action_describe_regions;
extern const struct ec2_action action_describe_tags;
extern const struct ec2_action action_get_caller_identity;
extern const struct ec2_action action_get_console_output;
extern const struct ec2_action action_get_console_screenshot;
extern const struct ec2_action action_reboot_instances;
extern const struct ec2_action action_send_diagnostic_interrupt;
extern const struct ec2_action action_start_instances;
extern const struct ec2_action action_stop_instances;
