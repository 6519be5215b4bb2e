/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One row an operation. Where a result has not the form that QEMU's schema gives it, it is garbage.
 */
#include "machine/qmp_recipes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "json/read.h"

#define FD_NAME "dint-dump" /* for getfd; a second one of this name replaces the first */

static enum step_result status_returned(struct recipe_state *state, const json_t *result,
					struct dint_error *err)
{
	if (!json_get_string(result, "status", &state->answer.status.word, err) ||
	    !json_get_bool(result, "running", &state->answer.status.running, err))
		return STEP_GARBAGE;
	return STEP_DONE;
}

/* QEMU 7.2 aborts on a reset during a detached dump: "invalid runstate transition: 'save-vm' ->
 * 'prelaunch'". */
static enum step_result may_be_reset(struct recipe_state *state, const json_t *result,
				     struct dint_error *err)
{
	const char *status;

	(void)state;
	if (!json_get_string(result, "status", &status, err))
		return STEP_GARBAGE;
	if (strcmp(status, "save-vm"))
		return STEP_DONE;
	dint_error_set(err, DINT_CONFLICT,
		       "a memory dump is under way, and a reset now would end QEMU");
	return STEP_REFUSED;
}

/* A machine that runs is not reset by being started. */
static enum step_result may_be_started(struct recipe_state *state, const json_t *result,
				       struct dint_error *err)
{
	enum step_result may = may_be_reset(state, result, err);
	bool running;

	if (may != STEP_DONE)
		return may;
	if (!json_get_bool(result, "running", &running, err))
		return STEP_GARBAGE;
	if (!running)
		return STEP_DONE;
	dint_error_set(err, DINT_CONFLICT, "it runs");
	return STEP_REFUSED;
}

static enum step_result fdset_returned(struct recipe_state *state, const json_t *result,
				       struct dint_error *err)
{
	if (!json_get_u64(result, "fdset-id", &state->fdset, err))
		return STEP_GARBAGE;
	return STEP_DONE;
}

static const char *screen_format(const struct recipe_state *state)
{
	return state->request->screen == MACHINE_SCREEN_PPM ? "ppm" : "png";
}

static json_t *screendump_arguments(const struct recipe_state *state)
{
	char path[40];

	snprintf(path, sizeof(path), "/dev/fdset/%llu", (unsigned long long)state->fdset);
	return json_pack("{s:s, s:s}", "filename", path, "format", screen_format(state));
}

static enum step_result screendump_returned(struct recipe_state *state, const json_t *result,
					    struct dint_error *err)
{
	(void)result;
	(void)err;
	state->answer.screen.format = screen_format(state);
	return STEP_DONE;
}

static json_t *fdset_arguments(const struct recipe_state *state)
{
	return json_pack("{s:I}", "fdset-id", (json_int_t)state->fdset);
}

static json_t *fd_name_arguments(const struct recipe_state *state)
{
	(void)state;
	return json_pack("{s:s}", "fdname", FD_NAME);
}

static json_t *dump_arguments(const struct recipe_state *state)
{
	bool elf = state->request->format == MACHINE_DUMP_ELF;

	return json_pack("{s:b, s:s, s:b, s:s}", "paging", 0, "protocol", "fd:" FD_NAME, "detach",
			 1, "format", elf ? "elf" : "kdump-zlib");
}

static enum step_result dump_returned(struct recipe_state *state, const json_t *result,
				      struct dint_error *err)
{
	const char *status;

	if (!json_get_string(result, "status", &status, err) ||
	    !json_get_u64(result, "completed", &state->done_bytes, err) ||
	    !json_get_u64(result, "total", &state->total_bytes, err))
		return STEP_GARBAGE;
	if (!strcmp(status, "active"))
		return STEP_AGAIN;
	state->dump_failed = strcmp(status, "completed") != 0;
	state->answer.dump.memory_bytes = state->total_bytes;
	return STEP_DONE;
}

/* QEMU says completed or failed first, then tells why, closes the file and lets the guest go on
 * (dump_process, dump_cleanup in its dump/dump.c); until then another dump is refused. */
static enum step_result dump_ended(struct recipe_state *state, const json_t *result,
				   struct dint_error *err)
{
	bool asked_once = state->asked_for_end;
	const char *status;

	state->asked_for_end = true;
	if (!json_get_string(result, "status", &status, err))
		return STEP_GARBAGE;
	if (!strcmp(status, "save-vm") || (state->dump_failed && !state->failure[0] && !asked_once))
		return STEP_AGAIN;
	if (!state->dump_failed)
		return STEP_DONE;
	dint_error_set(err, DINT_CONFLICT, "QEMU failed after %llu of %llu bytes: %s",
		       (unsigned long long)state->done_bytes,
		       (unsigned long long)state->total_bytes,
		       state->failure[0] ? state->failure : "it does not say why");
	return STEP_REFUSED;
}

/* QEMU resets when its main loop comes to it, and refuses to go on before. */
static enum step_result was_reset(struct recipe_state *state, const json_t *result,
				  struct dint_error *err)
{
	static const char *const before[] = {"shutdown", "guest-panicked", "internal-error"};
	const char *status;

	(void)state;
	if (!json_get_string(result, "status", &status, err))
		return STEP_GARBAGE;
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		if (!strcmp(status, before[i]))
			return STEP_AGAIN;
	return STEP_DONE;
}

static json_t *keep_arguments(const struct recipe_state *state)
{
	(void)state;
	return json_pack("{s:s}", "shutdown", "pause");
}

static json_t *registers_arguments(const struct recipe_state *state)
{
	(void)state;
	return json_pack("{s:s}", "command-line", "info registers -a");
}

static enum step_result registers_returned(struct recipe_state *state, const json_t *result,
					   struct dint_error *err)
{
	state->answer.registers.text = json_string_value(result);
	if (state->answer.registers.text)
		return STEP_DONE;
	dint_error_set(err, DINT_UNREACHABLE, "the answer is no text");
	return STEP_GARBAGE;
}

/* The first name that says something: the drive's, its device's path, its node's. */
static void read_disk(const json_t *entry, struct machine_disk *disk)
{
	static const char *const names[] = {"device", "qdev", "node-name"};
	static const char *const failures[] = {"failed_rd_operations", "failed_wr_operations",
					       "failed_flush_operations"};
	const json_t *stats = json_find_object(entry, "stats");

	*disk = (struct machine_disk){
		.read_bytes = json_find_u64(stats, "rd_bytes", 0),
		.written_bytes = json_find_u64(stats, "wr_bytes", 0),
		.reads = json_find_u64(stats, "rd_operations", 0),
		.writes = json_find_u64(stats, "wr_operations", 0),
		.flushes = json_find_u64(stats, "flush_operations", 0),
		.idle_ns = json_find_u64(stats, "idle_time_ns", UINT64_MAX),
	};
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
		disk->failed += json_find_u64(stats, failures[i], 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !disk->name[0]; i++) {
		const char *name = json_find_string(entry, names[i]);

		snprintf(disk->name, sizeof(disk->name), "%s", name ? name : "");
	}
}

static enum step_result counters_returned(struct recipe_state *state, const json_t *result,
					  struct dint_error *err)
{
	size_t count = json_array_size(result);

	if (!json_is_array(result)) {
		dint_error_set(err, DINT_UNREACHABLE, "the answer is no list");
		return STEP_GARBAGE;
	}
	if (count > MACHINE_DISKS_MAX)
		count = MACHINE_DISKS_MAX;
	free(state->disks);
	state->disks = xcalloc(count + 1, sizeof(*state->disks));
	for (size_t i = 0; i < count; i++)
		read_disk(json_array_get(result, i), &state->disks[i]);
	state->answer.counters.disks = state->disks;
	state->answer.counters.disk_count = count;
	state->answer.counters.network = "QMP has no network counters";
	return STEP_DONE;
}

static const struct recipe recipes[MACHINE_OPERATIONS] = {
	[MACHINE_STATUS] = {.steps = {{.command = "query-status", .returned = status_returned}}},
	[MACHINE_INJECT_NMI] = {.steps = {{.command = "inject-nmi",
					   .fault_before = "qmp: before write of inject-nmi",
					   .fault_after = "qmp: after write of inject-nmi"}}},
	[MACHINE_SCREENDUMP] =
		{.writes_screen = true,
		 .steps = {{.command = "add-fd", .with_fd = true, .returned = fdset_returned},
			   {.command = "screendump",
			    .arguments = screendump_arguments,
			    .returned = screendump_returned},
			   {.command = "remove-fd", .arguments = fdset_arguments, .tidies = true}}},
	/* The dump takes the descriptor over, so tidying is refused unless the dump was. */
	[MACHINE_DUMP_MEMORY] =
		{.steps = {{.command = "getfd", .with_fd = true, .arguments = fd_name_arguments},
			   {.command = "dump-guest-memory", .arguments = dump_arguments},
			   {.command = "query-dump", .returned = dump_returned},
			   {.command = "query-status", .returned = dump_ended},
			   {.command = "closefd", .arguments = fd_name_arguments, .tidies = true}}},
	[MACHINE_RESET] = {.steps = {{.command = "query-status", .returned = may_be_reset},
				     {.command = "system_reset"}}},
	[MACHINE_STOP] = {.steps = {{.command = "stop"}}},
	[MACHINE_CONT] = {.steps = {{.command = "cont"}}},
	[MACHINE_POWER_BUTTON] = {.steps = {{.command = "system_powerdown"}}},
	[MACHINE_QUIT] = {.steps = {{.command = "quit"}}},
	[MACHINE_START] = {.steps = {{.command = "query-status", .returned = may_be_started},
				     {.command = "system_reset"},
				     {.command = "query-status", .returned = was_reset},
				     {.command = "cont"}}},
	[MACHINE_KEEP] = {.steps = {{.command = "set-action", .arguments = keep_arguments}}},
	[MACHINE_REGISTERS] = {.steps = {{.command = "human-monitor-command",
					  .arguments = registers_arguments,
					  .returned = registers_returned}}},
	[MACHINE_COUNTERS] = {.steps = {{.command = "query-blockstats",
					 .returned = counters_returned}}},
};

const struct recipe *qmp_recipe(enum machine_operation operation)
{
	return &recipes[operation];
}
