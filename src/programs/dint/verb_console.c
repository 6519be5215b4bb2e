/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint console: what dintd kept of a machine's console, and what it says from now on. */
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/cleanup.h"
#include "programs/dint/client.h"
#include "programs/dint/console_text.h"
#include "programs/dint/options.h"
#include "programs/dint/screen.h"
#include "json/json.h"

#define WAIT_MS	    20000 /* a question that follows stays open so long */
#define PATIENCE_MS 120000

struct view {
	const char *machine;
	bool raw, follow;
	bool started;  /* from is where to go on */
	uint64_t from; /* absolute offset */
	struct console_text text;
};

static json_t *next_question(const struct view *view, bool wait)
{
	json_t *args = json_pack("{s:s}", "machine", view->machine);

	if (args && view->started)
		json_object_set_new(args, "from", json_integer((json_int_t)view->from));
	if (args && wait)
		json_object_set_new(args, "wait_ms", json_integer(WAIT_MS));
	return args;
}

/* What lay between our place and the oldest that is kept, or a console that started anew. */
static void put_gap(const struct view *view, uint64_t from)
{
	if (!view->started || from == view->from)
		return;
	if (from > view->from)
		fprintf(stderr, "dint: %llu bytes of the console were not kept\n",
			(unsigned long long)(from - view->from));
	else
		fputs("dint: the console was started anew\n", stderr);
}

static bool print(const struct buffer *text, struct dint_error *err)
{
	if (text->size && fwrite(text->bytes, 1, text->size, stdout) != text->size)
		return dint_fail_errno(err, "stdout");
	return !fflush(stdout) || dint_fail_errno(err, "stdout");
}

/* Shows an answer's bytes; *empty: there were none. */
static bool show(struct view *view, const json_t *answer, bool *empty, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer bytes = {0}, shown = {0};
	const char *data;
	uint64_t from, next;

	if (!json_get_u64(answer, "from", &from, err) ||
	    !json_get_u64(answer, "next", &next, err) ||
	    !json_get_string(answer, "data", &data, err) ||
	    !base64_decode(data, strlen(data), &bytes, err)) {
		err->code = DINT_UNREACHABLE;
		return dint_within(err, "dintd's answer");
	}
	put_gap(view, from);
	if (view->raw)
		buffer_add(&shown, bytes.bytes, bytes.size);
	else
		console_text_add(&view->text, &shown, bytes.bytes, bytes.size);
	if (!print(&shown, err))
		return false;
	*empty = bytes.size == 0;
	view->from = next;
	view->started = true;
	return true;
}

static bool view_console(struct view *view, struct client *client, struct dint_error *err)
{
	bool wait = false;

	for (;;) {
		CLEANUP(json_decref_ptr) json_t *answer = NULL;
		bool empty;

		if (!client_call_patiently(client, "console", next_question(view, wait),
					   view->started && view->follow ? PATIENCE_MS : 0, &answer,
					   err) ||
		    !show(view, answer, &empty, err))
			return false;
		if (empty && !view->follow)
			return true;
		wait = empty;
	}
}

static bool run(const struct call *call, int *status, struct dint_error *err)
{
	struct view view = {.machine = call->arguments[0],
			    .raw = options_given(call, "raw"),
			    .follow = options_given(call, "follow")};
	CLEANUP(client_done) struct client client;
	CLEANUP(buffer_done) struct buffer rest = {0};
	struct dint_error second; /* the first reason is the one to tell */
	bool done;

	(void)status;
	client_init(&client, call->socket);
	if (view.raw && isatty(STDOUT_FILENO))
		return dint_fail(err, DINT_BAD_REQUEST,
				 "--raw is for a file or a pipe: a console's bytes can do anything "
				 "to a terminal");
	done = view_console(&view, &client, err);
	console_text_end(&view.text, &rest);
	if (!print(&rest, done ? err : &second))
		return false;
	return done;
}

const struct verb verb_console = {
	.name = "console",
	.summary = "shows what a machine said on its console, also before it hung",
	.details =
		"dintd always reads the consoles and keeps their last part. What is not fit for a "
		"terminal is shown as \\xNN; colours are left out.",
	.arguments = {{"MACHINE", "its name or its instance id (dint machines)", KIND_MACHINE,
		       false}},
	.options =
		{
			{.name = "follow", .letter = 'f', .summary = "goes on as it says more"},
			{.name = "raw", .summary = "the bytes as they are, into a file or a pipe"},
		},
	.examples = {{"dint console web1 --follow", NULL}},
	.run = run,
};
