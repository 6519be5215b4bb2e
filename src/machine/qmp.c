/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The connection's life: greeting → capabilities → free ⇄ busy; on any doubt it is dropped. */
#include "machine/qmp.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fault.h"
#include "base/text.h"
#include "json/read.h"

#define ID_BYTES	  32
#define TIMER_ACCURACY_US 1000

enum qmp_state {
	QMP_AWAY,	 /* not connected */
	QMP_GREETED_NOT, /* connected, nothing said yet */
	QMP_NEGOTIATING, /* capabilities sent */
	QMP_FREE,
	QMP_BUSY,  /* a command is under way */
	QMP_STALE, /* … and nobody waits for its answer */
};

struct qmp {
	const struct qmp_handlers *handlers;
	void *arg;
	char *address;
	struct port *port;
	struct qmp_stream stream;
	enum qmp_state state;
	uint64_t commands;	/* sent so far; the last one's id */
	sd_event_source *timer; /* for the greeting, or for a stale command */
};

static void id_text(const struct qmp *qmp, char text[ID_BYTES])
{
	snprintf(text, ID_BYTES, "dint-%" PRIu64, qmp->commands);
}

static void drop(struct qmp *qmp, const char *what)
{
	struct dint_error err;

	dint_error_set(&err, DINT_UNREACHABLE, "%s: %s", qmp->address, what);
	port_drop(qmp->port, &err);
}

static void set_timer(struct qmp *qmp, unsigned delay_ms)
{
	sd_event_source_set_time_relative(qmp->timer, (uint64_t)delay_ms * 1000);
	sd_event_source_set_enabled(qmp->timer, SD_EVENT_ONESHOT);
}

static void stop_timer(struct qmp *qmp)
{
	sd_event_source_set_enabled(qmp->timer, SD_EVENT_OFF);
}

static int on_timer(sd_event_source *source, uint64_t when, void *arg)
{
	struct qmp *qmp = arg;

	(void)source;
	(void)when;
	if (qmp->state == QMP_GREETED_NOT)
		drop(qmp, "no greeting: somebody else is connected to this monitor socket, or the "
			  "hypervisor hangs");
	else if (qmp->state == QMP_NEGOTIATING)
		drop(qmp, "no answer to qmp_capabilities");
	else if (qmp->state == QMP_STALE)
		drop(qmp, "the hypervisor does not answer");
	return 0;
}

static void write_command(struct qmp *qmp, const struct qmp_command *command, struct buffer *to)
{
	CLEANUP(json_decref_ptr) json_t *root = NULL;
	CLEANUP(free_ptr) char *text = NULL;
	char id[ID_BYTES];

	qmp->commands++;
	id_text(qmp, id);
	root = json_pack("{s:s, s:O*, s:s}", "execute", command->name, "arguments",
			 command->arguments, "id", id);
	assert(root);
	text = json_dumps(root, JSON_COMPACT);
	assert(text);
	buffer_add_text(to, text);
	buffer_add_text(to, "\n");
}

/* The one place that writes to QEMU. */
static void send_command(struct qmp *qmp, const struct qmp_command *command)
{
	CLEANUP(buffer_done) struct buffer line = {0};
	bool written_before = *command->written;
	struct dint_error err;
	ssize_t sent;

	write_command(qmp, command, &line);
	if (command->fault_before)
		fault_point(command->fault_before);
	*command->written = true;
	sent = port_send(qmp->port, line.bytes, line.size, command->fd, &err);
	if (sent < 0)
		*command->written = written_before;
	if (command->fault_after)
		fault_point(command->fault_after);
	if (sent < 0)
		port_drop(qmp->port, &err);
	else if ((size_t)sent < line.size)
		drop(qmp, "took only a part of a command");
}

void qmp_send(struct qmp *qmp, const struct qmp_command *command)
{
	assert(qmp->state == QMP_FREE);
	qmp->state = QMP_BUSY;
	send_command(qmp, command);
}

void qmp_give_up(struct qmp *qmp)
{
	if (qmp->state != QMP_BUSY)
		return;
	qmp->state = QMP_STALE;
	set_timer(qmp, QMP_GRACE_MS);
}

/* What QEMU's words mean for a caller; all else is "not in this state". */
static const struct {
	const char *text;
	enum dint_code code;
} refusals[] = {
	{"machine does not provide NMIs", DINT_UNSUPPORTED},
	{"this feature or command is not currently supported", DINT_UNSUPPORTED}, /* before 8.0 */
	{"There is no console to take a screendump from", DINT_UNSUPPORTED},
	{"is not available now", DINT_UNSUPPORTED},  /* a dump's format */
	{"is unexpected", DINT_UNSUPPORTED},	     /* an argument newer than this QEMU */
	{"does not accept value", DINT_UNSUPPORTED}, /* likewise */
};

static void refusal_error(const struct qmp_item *item, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer words = {0};
	enum dint_code code = DINT_CONFLICT;

	if (!strcmp(item->word, "CommandNotFound"))
		code = DINT_UNSUPPORTED;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (strstr(item->text, refusals[i].text))
			code = refusals[i].code;
	text_escape(&words, item->text, strlen(item->text));
	dint_error_set(err, code, "refused by QEMU: '%.180s'", buffer_text(&words));
}

static void on_greeting(struct qmp *qmp)
{
	bool written = false;
	struct qmp_command capabilities = {
		.name = "qmp_capabilities", .fd = -1, .written = &written};

	qmp->state = QMP_NEGOTIATING;
	send_command(qmp, &capabilities);
}

static void on_negotiated(struct qmp *qmp, const struct dint_error *refusal)
{
	if (refusal) {
		drop(qmp, refusal->message);
		return;
	}
	stop_timer(qmp);
	qmp->state = QMP_FREE;
	qmp->handlers->ready(qmp->arg);
}

static void on_answer(struct qmp *qmp, const struct qmp_item *item)
{
	struct dint_error refusal = {0};
	bool refused = item->kind == QMP_REFUSAL;
	enum qmp_state before = qmp->state;
	char id[ID_BYTES];

	id_text(qmp, id);
	if (!item->id) {
		drop(qmp, "an answer without the id of its command");
		return;
	}
	if (strcmp(item->id, id))
		return; /* to a command that is not ours */
	if (refused)
		refusal_error(item, &refusal);
	if (before == QMP_NEGOTIATING) {
		on_negotiated(qmp, refused ? &refusal : NULL);
	} else if (before == QMP_BUSY || before == QMP_STALE) {
		stop_timer(qmp);
		qmp->state = QMP_FREE;
		qmp->handlers->answered(qmp->arg, refused ? NULL : item->value,
					refused ? &refusal : NULL);
	}
}

static void on_item(struct qmp *qmp, const struct qmp_item *item)
{
	switch (item->kind) {
	case QMP_GREETING:
		on_greeting(qmp);
		break;
	case QMP_EVENT:
		/* QEMU has none to tell before the capabilities are settled */
		if (qmp->state >= QMP_FREE)
			qmp->handlers->event(qmp->arg, item);
		break;
	case QMP_RETURN:
	case QMP_REFUSAL:
		on_answer(qmp, item);
		break;
	}
}

static void on_bytes(void *arg, const uint8_t *bytes, size_t n)
{
	struct qmp *qmp = arg;
	struct dint_error err;
	struct qmp_item item;
	enum qmp_next next = QMP_BROKEN;

	if (qmp_stream_add(&qmp->stream, bytes, n, &err))
		while ((next = qmp_stream_next(&qmp->stream, &item, &err)) == QMP_ITEM) {
			on_item(qmp, &item);
			if (qmp->state == QMP_AWAY)
				return; /* dropped by what was in the item */
		}
	if (next == QMP_BROKEN) {
		dint_error_prefix(&err, "%s", qmp->address);
		port_drop(qmp->port, &err);
	}
}

static void on_connected(void *arg)
{
	struct qmp *qmp = arg;

	qmp_stream_done(&qmp->stream);
	qmp_stream_init(&qmp->stream);
	qmp->state = QMP_GREETED_NOT;
	set_timer(qmp, QMP_GREETING_MS);
}

static void on_disconnected(void *arg, const struct dint_error *why)
{
	struct qmp *qmp = arg;

	qmp->state = QMP_AWAY;
	stop_timer(qmp);
	qmp->handlers->gone(qmp->arg, why);
}

static const struct port_handlers port_handlers = {
	.connected = on_connected,
	.disconnected = on_disconnected,
	.bytes = on_bytes,
};

bool qmp_open(sd_event *loop, const char *address, const struct qmp_handlers *handlers, void *arg,
	      struct qmp **qmp, struct dint_error *err)
{
	struct qmp *made = xcalloc(1, sizeof(*made));
	int result;

	made->handlers = handlers;
	made->arg = arg;
	made->address = xstrdup(address);
	qmp_stream_init(&made->stream);
	result = sd_event_add_time(loop, &made->timer, CLOCK_MONOTONIC, 0, TIMER_ACCURACY_US,
				   on_timer, made);
	if (result < 0)
		dint_error_set(err, DINT_SYSTEM, "event loop: %s", strerror(-result));
	else
		stop_timer(made);
	if (result < 0 || !port_open(loop, address, &port_handlers, made, &made->port, err)) {
		qmp_close(made);
		return false;
	}
	*qmp = made;
	return true;
}

void qmp_close(struct qmp *qmp)
{
	if (!qmp)
		return;
	port_close(qmp->port);
	sd_event_source_disable_unref(qmp->timer);
	qmp_stream_done(&qmp->stream);
	free(qmp->address);
	free(qmp);
}

bool qmp_is_free(const struct qmp *qmp)
{
	return qmp->state == QMP_FREE;
}

bool qmp_passes_fds(const struct qmp *qmp)
{
	return strchr(qmp->address, '/') != NULL;
}
