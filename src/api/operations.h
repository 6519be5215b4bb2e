/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records that api/operations.c lists; one file each. */
#pragma once
#include "api/api.h"

extern const struct api_operation op_access_add_key, op_access_add_user, op_access_delete_key,
	op_access_delete_user, op_access_disable_key, op_access_enable_key, op_access_list,
	op_access_set_policy, op_access_simulate, op_audit, op_console, op_dump, op_incident,
	op_incidents, op_machines, op_report, op_send;
