/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Four questions to the driver at once, the console from memory, one timer over all. */
#include "incident/evidence.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/fault.h"
#include "base/io.h"
#include "base/text.h"
#include "incident/site.h"
#include "machine/console.h"

/* Outlives the gathering until the last answer has come: answers cannot be called off. */
struct evidence {
	struct watch *watch; /* NULL once told or cancelled */
	json_t *found, *missing;
	char *screen; /* the picture's path */
	sd_event_source *timer;
	unsigned awaited;
};

static void evidence_free(struct evidence *e)
{
	sd_event_source_disable_unref(e->timer);
	json_decref(e->found);
	json_decref(e->missing);
	free(e->screen);
	free(e);
}

/* ---- answers ---- */

static json_t *escaped(const char *text, size_t size)
{
	CLEANUP(buffer_done) struct buffer out = {0};

	/* line by line: a newline is no threat inside JSON, all else is */
	while (size) {
		const char *end = memchr(text, '\n', size);
		size_t line = end ? (size_t)(end - text) : size;

		text_escape(&out, text, line);
		if (end)
			buffer_add_text(&out, "\n");
		text += end ? line + 1 : line;
		size -= end ? line + 1 : line;
	}
	return json_string(buffer_text(&out));
}

static json_t *counters_found(const struct machine_answer *answer)
{
	json_t *disks = json_array();

	for (size_t i = 0; i < answer->counters.disk_count; i++) {
		const struct machine_disk *d = &answer->counters.disks[i];

		json_array_append_new(
			disks, json_pack("{s:o, s:I, s:I, s:I, s:I, s:I}", "name",
					 escaped(d->name, strlen(d->name)), "read_bytes",
					 (json_int_t)d->read_bytes, "written_bytes",
					 (json_int_t)d->written_bytes, "reads",
					 (json_int_t)d->reads, "writes", (json_int_t)d->writes,
					 "failed", (json_int_t)d->failed));
	}
	return json_pack("{s:o, s:n}", "disks", disks, "network");
}

static json_t *answer_found(const struct evidence *e, const struct machine_answer *answer)
{
	switch (answer->operation) {
	case MACHINE_STATUS:
		return escaped(answer->status.word, strlen(answer->status.word));
	case MACHINE_REGISTERS:
		return escaped(answer->registers.text, strlen(answer->registers.text));
	case MACHINE_COUNTERS:
		return counters_found(answer);
	default:
		return json_pack("{s:s, s:s}", "format", answer->screen.format, "file", e->screen);
	}
}

static void miss(struct evidence *e, const char *what, const char *why)
{
	json_array_append_new(e->missing, json_pack("{s:s, s:o}", "what", what, "why",
						    escaped(why, strlen(why))));
}

static void tell(struct evidence *e)
{
	struct watch *w = e->watch;
	struct happening h = {.event = EVENT_PREPARED};
	size_t missing = json_array_size(e->missing);

	json_object_set(e->found, "missing", e->missing);
	h.evidence = json_dumps(e->found, JSON_COMPACT);
	snprintf(h.cause, sizeof(h.cause),
		 missing ? "evidence kept, %zu pieces missing" : "evidence kept", missing);
	e->timer = sd_event_source_disable_unref(e->timer);
	e->watch = NULL;
	w->evidence = NULL;
	watch_happen(w, &h);
}

static void on_answer(void *arg, const struct machine_answer *answer)
{
	struct evidence *e = arg;
	const char *what = machine_operation_name(answer->operation);

	e->awaited--;
	if (e->watch) {
		if (answer->outcome == MACHINE_DONE)
			json_object_set_new(e->found, what, answer_found(e, answer));
		else
			miss(e, what, answer->error.message);
		if (!e->awaited)
			tell(e);
	}
	if (!e->awaited && !e->watch)
		evidence_free(e);
}

static int on_timer(sd_event_source *source, uint64_t now, void *arg)
{
	struct evidence *e = arg;

	(void)source;
	(void)now;
	miss(e, "the rest", "the hypervisor did not answer within a second");
	tell(e);
	return 0;
}

/* ---- asking ---- */

static void ask(struct evidence *e, enum machine_operation operation, int fd)
{
	struct machine_request request = {
		.operation = operation,
		.deadline_ms = EVIDENCE_MS,
		.on_answer = on_answer,
		.arg = e,
		.fd = fd,
	};

	e->awaited++;
	machine_ask(e->watch->machine, &request);
}

static void ask_screen(struct evidence *e)
{
	CLEANUP(free_ptr) char *folder = xasprintf("%s/evidence", e->watch->site->state_dir);
	CLEANUP(close_fd) int fd = -1;
	struct dint_error err;

	if (!io_make_directories(folder, &err)) {
		miss(e, "screendump", err.message);
		return;
	}
	e->screen = xasprintf("%s/%s.png", folder, e->watch->row.id);
	fd = open(e->screen, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		miss(e, "screendump", strerror(errno));
	else
		ask(e, MACHINE_SCREENDUMP, fd);
}

static void keep_console(struct evidence *e)
{
	const struct console *console = e->watch->console;
	char tail[EVIDENCE_CONSOLE_BYTES];
	uint64_t seen, from;

	if (!console) {
		miss(e, "console", "no console is configured");
		return;
	}
	seen = console_seen(console);
	from = seen > sizeof(tail) ? seen - sizeof(tail) : 0;
	json_object_set_new(e->found, "console",
			    escaped(tail, console_copy(console, &from, tail, sizeof(tail))));
}

static void keep_readiness(struct evidence *e)
{
	const struct channel_readiness *r = e->watch->readiness;

	if (!r)
		miss(e, "readiness", "dint-guest has told nothing");
	else
		json_object_set_new(e->found, "ready", json_boolean(channel_readiness_ready(r)));
}

void evidence_gather(struct watch *w)
{
	struct evidence *e = xcalloc(1, sizeof(*e));

	evidence_cancel(w);
	fault_point("evidence: begins");
	e->watch = w;
	e->found = json_object();
	e->missing = json_array();
	w->evidence = e;
	keep_console(e);
	keep_readiness(e);
	sd_event_add_time_relative(w->site->loop, &e->timer, CLOCK_MONOTONIC, EVIDENCE_MS * 1000, 0,
				   on_timer, e);
	ask(e, MACHINE_STATUS, -1);
	ask(e, MACHINE_REGISTERS, -1);
	ask(e, MACHINE_COUNTERS, -1);
	ask_screen(e);
	fault_point("evidence: asked");
}

void evidence_cancel(struct watch *w)
{
	struct evidence *e = w->evidence;

	w->evidence = NULL;
	if (!e)
		return;
	e->timer = sd_event_source_disable_unref(e->timer);
	e->watch = NULL; /* the last answer frees it */
}
