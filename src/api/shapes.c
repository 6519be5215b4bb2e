/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One table a shape, in the order in which they are met. */
#include "api/shapes.h"

#include <stddef.h>

/* clang-format off */
static const struct api_field nothing[] = {{0}};

static const struct api_field machine[] = {
	{"name", "string", "as configured"},
	{"instance_id", "string", "i- and 17 hex digits"},
	{"driver", "string", "how its hypervisor is reached"},
	{"address", "string", "the hypervisor's control socket"},
	{"reachable", "boolean", "whether the hypervisor answers"},
	{"state", "string?", "the hypervisor's word for how it runs"},
	{"since", "time?", "since when it is so"},
	{"problem", "string?", "why it is not reachable"},
	{"readiness", "Readiness?", "what its guest says of itself; null: it has not said"},
	{"incident", "string?", "the id of the one that is open"},
	{0},
};

static const struct api_field readiness[] = {
	{"ready", "boolean", "an interrupt would yield a dump"},
	{"checks", "[]Check", "what that rests on"},
	{"kernel", "string", "its release"},
	{"hostname", "string", "the guest's name for itself"},
	{"version", "string", "dint-guest's"},
	{"asked_at", "time?", "when it said so"},
	{0},
};

static const struct api_field check[] = {
	{"name", "string", "what was looked at"},
	{"ok", "boolean", "it does not stand in the way of a dump"},
	{"state", "string", "ok, warning, failed, unknown"},
	{"value", "integer?", "what was found, where it is a number"},
	{"words", "string", "the same for a person, and what to do"},
	{0},
};

#define INCIDENT_FIELDS                                                     \
	{"id", "string", "inc- and 26 characters, time-ordered"},           \
	{"machine", "string", "its name"},                                  \
	{"instance_id", "string", "its instance id"},                       \
	{"state", "string", "where it stands"},                             \
	{"ended", "boolean", "it goes no further by itself"},               \
	{"opened", "time?", "when it began"},                               \
	{"changed", "time?", "when it came to this state"},                 \
	{"requested_by", "string?", "who asked; null: the guest crashed by itself"}, \
	{"reason", "string?", "what was said to it"}

static const struct api_field incident_line[] = {
	INCIDENT_FIELDS,
	{"cause", "string?", "what led to its state"},
	{0},
};

static const struct api_field incident[] = {
	INCIDENT_FIELDS,
	{"history", "[]HistoryLine", "each state it came to"},
	{"dumps", "[]Dump", "what is kept of it, the newest last"},
	{"progress", "Progress?", "of what takes long just now"},
	{"evidence", "any", "what was recorded before the interrupt destroyed it"},
	{"report", "any", "what the dump says (docs/report.schema.json); null: none, or not permitted"},
	{"withheld", "string?", "why evidence and report are; null: nothing is"},
	{0},
};

static const struct api_field history_line[] = {
	{"state", "string", "the state"},
	{"at", "time?", "when it came to it"},
	{"cause", "string", "why"},
	{0},
};

static const struct api_field dump[] = {
	{"name", "string", "the file's, as its guest called it"},
	{"size", "integer", "bytes"},
	{"sha256", "string", "its sum, and its ETag"},
	{"origin", "string", "who made it"},
	{"stored", "time?", "when it was safe"},
	{0},
};

static const struct api_field progress[] = {
	{"what", "string", "what is under way"},
	{"done", "integer", "of total"},
	{"total", "integer", "0: unknown"},
	{0},
};

static const struct api_field console[] = {
	{"from", "integer", "offset of the first byte in data, from when dintd began to read"},
	{"next", "integer", "ask from here for what follows"},
	{"oldest", "integer", "offset of the oldest byte that is kept"},
	{"data", "string", "the bytes, base64"},
	{0},
};

static const struct api_field sent[] = {
	{"incident", "string", "its id"},
	{"joined", "boolean", "it was open already; nothing was sent anew"},
	{"state", "string", "where it stands"},
	{"machine", "string", "its machine's name"},
	{0},
};

static const struct api_field user[] = {
	{"user", "string", "the name"},
	{"user_id", "string", "AIDA…"},
	{"arn", "string", "as policies and the audit name it"},
	{"created", "time?", "when it was made"},
	{"policy", "any", "in IAM's language; null: may nothing"},
	{"keys", "[]Key", "without their secrets"},
	{0},
};

static const struct api_field key[] = {
	{"id", "string", "AKIA…"},
	{"enabled", "boolean", "it may sign"},
	{"usable", "boolean", "its secret could be unsealed"},
	{"created", "time?", "when it was made"},
	{0},
};

static const struct api_field new_key[] = {
	{"AccessKeyId", "string", "AKIA…"},
	{"SecretAccessKey", "string", "shown this once"},
	{0},
};

static const struct api_field decision[] = {
	{"action", "string", "as asked"},
	{"resource", "string", "as asked"},
	{"decision", "string", "allowed, explicitDeny, implicitDeny"},
	{"statement", "integer?", "the policy's that decides, from 1"},
	{0},
};

static const struct api_field audit[] = {
	{"events", "[]AuditEvent", "the oldest first"},
	{"head", "AuditHead", "the newest there is"},
	{0},
};

static const struct api_field audit_event[] = {
	{"number", "integer", "from 1, without gaps"},
	{"hash", "string", "over the event and the hash before it"},
	{"event", "any", "of CloudTrail's form; with raw its text"},
	{0},
};

static const struct api_field audit_head[] = {
	{"number", "integer", "of the newest event"},
	{"hash", "string", "its hash"},
	{0},
};

static const struct api_field error[] = {
	{"error", "Problem", "what was wrong"},
	{0},
};

static const struct api_field problem[] = {
	{"code", "string", "for programs: NOT_FOUND, DENIED, …"},
	{"message", "string", "for people: what was tried, on what, what was found, what to do"},
	{0},
};

const struct api_shape api_shapes[] = {
	{"Machine", machine}, {"Readiness", readiness}, {"Check", check},
	{"IncidentLine", incident_line}, {"Incident", incident}, {"HistoryLine", history_line},
	{"Dump", dump}, {"Progress", progress}, {"Console", console}, {"Sent", sent},
	{"User", user}, {"Key", key}, {"NewKey", new_key}, {"Decision", decision},
	{"Audit", audit}, {"AuditEvent", audit_event}, {"AuditHead", audit_head},
	{"Nothing", nothing}, {"Error", error}, {"Problem", problem}, {0},
};
/* clang-format on */
