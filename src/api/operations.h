/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records that api/operations.c lists; one file each. */
#pragma once
#include "api/api.h"

extern const struct api_operation op_console, op_dump, op_incident, op_incidents, op_machines,
	op_send;
