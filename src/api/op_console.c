/* SPDX-License-Identifier: GPL-2.0-or-later */
/* console: what is kept of a machine's console, from an offset on, waiting for more if wished. */
#include "api/operations.h"
#include "api/wait.h"
#include "base/alloc.h"
#include "base/base64.h"
#include "base/cleanup.h"
#include "machine/console.h"
#include "json/json.h"

static bool try_answer(struct api_call *call, const json_t *args, enum api_try when)
{
	CLEANUP(buffer_done) struct buffer text = {0};
	struct watch *w = site_find(call->site, json_find_string(args, "machine"));
	uint64_t seen = console_seen(w->console);
	uint64_t oldest = seen > CONSOLE_RING_BYTES ? seen - CONSOLE_RING_BYTES : 0;
	uint64_t from = json_find_u64(args, "from", oldest);
	CLEANUP(free_ptr) char *bytes = xmalloc(CONSOLE_RING_BYTES);
	size_t size = console_copy(w->console, &from, bytes, CONSOLE_RING_BYTES);

	if (when != API_TRY_LAST && !size)
		return false;
	base64_encode(bytes, size, &text);
	api_answer(call,
		   json_pack("{s:I, s:I, s:I, s:s}", "from", (json_int_t)from, "next",
			     (json_int_t)(from + size), "oldest", (json_int_t)oldest, "data",
			     buffer_text(&text)),
		   -1);
	return true;
}

static void run(struct api_call *call, const json_t *args)
{
	const char *machine = json_find_string(args, "machine");
	struct watch *w = site_find(call->site, machine);
	struct dint_error err;

	if (w && w->console) {
		api_wait_for(call, args, try_answer);
		return;
	}
	if (w)
		dint_error_set(&err, DINT_UNSUPPORTED,
			       "%s has no console: give it one with 'console =' in its section",
			       machine);
	else
		dint_error_set(&err, DINT_NOT_FOUND,
			       "no machine '%.64s' is configured ('dint machines' lists them)",
			       machine);
	api_refuse(call, &err);
}

static const struct api_argument arguments[] = {
	{"machine", API_STRING, true, "its name or instance id"},
	{"from", API_NUMBER, false, "offset of the first byte wanted; what is kept when not given"},
	{"wait_ms", API_NUMBER, false, "wait so long for a byte behind it, 30000 at most"},
	{0},
};

const struct api_operation op_console = {
	.name = "console",
	.method = "GET",
	.path = "/machines/{machine}/console",
	.result = "Console",
	.permission = "dint:GetConsole",
	.about = API_ABOUT_MACHINE,
	.summary = "a machine's console",
	.arguments = arguments,
	.run = run,
};
