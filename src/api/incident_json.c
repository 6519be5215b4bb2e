/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members that a list and a single incident have in common. */
#include "api/incident_json.h"

#include "api/api.h"

json_t *incident_json(const struct incident_row *row)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o}", "id", row->id, "machine",
			 row->machine, "instance_id", row->instance_id, "state", row->state,
			 "ended", row->ended_us != 0, "opened", api_time(row->opened_us), "changed",
			 api_time(row->changed_us), "requested_by",
			 api_string_or_null(row->requested_by), "reason",
			 api_string_or_null(row->reason));
}
