/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump: a descriptor to the dump of an incident. dintd itself looks into none. */
#include "api/operations.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "store/dumps.h"
#include "store/files.h"
#include "json/json.h"

/* The newest one: where there are two, the guest's own came after the one from outside. */
static bool open_dump(struct api_call *call, const char *id, json_t **out, int *fd,
		      struct dint_error *err)
{
	CLEANUP(incident_row_done) struct incident_row row = {0};
	CLEANUP(dump_list_done) struct dump_list dumps = {0};
	const struct dump_row *dump;

	if (!incident_find(call->site->store, id, &row, err) ||
	    !dump_list(call->site->store, row.id, &dumps, err))
		return false;
	if (!dumps.count)
		return dint_fail(err, DINT_NOT_FOUND, "%s has no dump: it is %s", row.id,
				 row.state);
	dump = &dumps.rows[dumps.count - 1];
	*fd = dump_file_open(call->site->state_dir, dump->sha256, err);
	if (*fd < 0)
		return dint_within(err, "%s", row.id);
	log_info("%s: the dump is read by %s", row.id, call->caller);
	*out = json_pack("{s:s, s:s, s:I, s:s}", "incident", row.id, "name", dump->name, "size",
			 (json_int_t)dump->size, "sha256", dump->sha256);
	return true;
}

static void run(struct api_call *call, const json_t *args)
{
	CLEANUP(close_fd) int fd = -1;
	struct dint_error err;
	json_t *answer;

	if (open_dump(call, json_find_string(args, "id"), &answer, &fd, &err))
		api_answer(call, answer, fd);
	else
		api_refuse(call, &err);
}

static const struct api_argument arguments[] = {
	{"id", API_STRING, true, "the incident's id, a unique beginning of it, or \"last\""},
	{0},
};

const struct api_operation op_dump = {
	.name = "dump",
	.method = "GET",
	.path = "/incidents/{id}/dump",
	.result = "bytes",
	.permission = "dint:GetDump",
	.about = API_ABOUT_INCIDENT,
	.secret = true,
	.summary = "read the dump of an incident",
	.arguments = arguments,
	.run = run,
};
