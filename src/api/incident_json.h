/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An incident's row as the API tells it. */
#pragma once
#include <jansson.h>

#include "store/incidents.h"

/* id, machine, instance_id, state, ended, opened, changed, requested_by, reason: a new object. */
json_t *incident_json(const struct incident_row *row);
