/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Operations with deadlines, each answered once; events thinned; the rest is the driver's. */
#include "machine/machine.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "machine/machine_internal.h"

#define TIMER_ACCURACY_US 1000
#define DETAIL_BYTES	  160 /* of an event, as much as is passed on */

struct machine {
	char *name;
	sd_event *loop;
	const struct machine_driver *driver;
	void *own;
	machine_event_fn *on_event;
	void *arg;
	struct operation *operations; /* not answered yet */
	uint64_t last_reset_us;
	char reason[sizeof(((struct dint_error *)0)->message)]; /* told last for being away */
};

static const char *const operation_names[MACHINE_OPERATIONS] = {
	[MACHINE_STATUS] = "status",
	[MACHINE_INJECT_NMI] = "inject-nmi",
	[MACHINE_SCREENDUMP] = "screendump",
	[MACHINE_DUMP_MEMORY] = "dump-memory",
	[MACHINE_RESET] = "reset",
	[MACHINE_STOP] = "stop",
	[MACHINE_CONT] = "cont",
	[MACHINE_POWER_BUTTON] = "power-button",
	[MACHINE_QUIT] = "quit",
	[MACHINE_START] = "start",
	[MACHINE_KEEP] = "keep",
	[MACHINE_REGISTERS] = "registers",
	[MACHINE_COUNTERS] = "counters",
};

static const char *const outcome_names[] = {
	[MACHINE_DONE] = "done",
	[MACHINE_REFUSED] = "refused",
	[MACHINE_NOT_WRITTEN] = "not written",
	[MACHINE_LOST] = "lost",
};

static const char *const event_names[MACHINE_EVENTS] = {
	[MACHINE_CONNECTED] = "connected",     [MACHINE_DISCONNECTED] = "disconnected",
	[MACHINE_PANICKED] = "panicked",       [MACHINE_CRASHLOADED] = "crashloaded",
	[MACHINE_WAS_RESET] = "reset",	       [MACHINE_SHUT_DOWN] = "shut-down",
	[MACHINE_STOPPED] = "stopped",	       [MACHINE_RESUMED] = "resumed",
	[MACHINE_PORT_OPENED] = "port-opened", [MACHINE_PORT_CLOSED] = "port-closed",
	[MACHINE_WATCHDOG] = "watchdog",
};

const char *machine_operation_name(enum machine_operation operation)
{
	return operation_names[operation];
}

const char *machine_outcome_name(enum machine_outcome outcome)
{
	return outcome_names[outcome];
}

const char *machine_event_name(enum machine_event_kind kind)
{
	return event_names[kind];
}

/* Not the loop's idea of now, which stands still while the loop is busy. */
static uint64_t now_us(void)
{
	return system_clock.monotonic_us(&system_clock);
}

bool operation_is_late(const struct operation *operation)
{
	return now_us() >= operation->deadline_us;
}

static void unlink_operation(struct operation *operation)
{
	struct operation **at = &operation->machine->operations;

	while (*at != operation)
		at = &(*at)->next;
	*at = operation->next;
}

/* Off the list first: the callback may ask for more. */
static void answer(struct operation *operation, struct machine_answer *with)
{
	unlink_operation(operation);
	with->operation = operation->request.operation;
	operation->request.on_answer(operation->request.arg, with);
	sd_event_source_disable_unref(operation->timer);
	close_fd(&operation->request.fd);
	free(operation);
}

void operation_done(struct operation *operation, struct machine_answer *with)
{
	with->outcome = MACHINE_DONE;
	with->error = (struct dint_error){0};
	answer(operation, with);
}

static void fail(struct operation *operation, enum machine_outcome outcome,
		 const struct dint_error *err)
{
	struct machine_answer with = {.outcome = outcome, .error = *err};

	dint_error_prefix(&with.error, "%s", operation_names[operation->request.operation]);
	answer(operation, &with);
}

void operation_refused(struct operation *operation, const struct dint_error *err)
{
	fail(operation, MACHINE_REFUSED, err);
}

void operation_broken(struct operation *operation, const struct dint_error *err)
{
	fail(operation, operation->written ? MACHINE_LOST : MACHINE_NOT_WRITTEN, err);
}

void operation_progress(struct operation *operation, uint64_t done_bytes, uint64_t total_bytes)
{
	if (operation->request.on_progress)
		operation->request.on_progress(operation->request.arg, done_bytes, total_bytes);
}

static int on_deadline(sd_event_source *source, uint64_t when, void *arg)
{
	struct operation *operation = arg;
	struct machine *machine = operation->machine;
	struct dint_error err;

	(void)source;
	(void)when;
	if (operation->held) {
		fail(operation, operation->early.outcome, &operation->early.error);
		return 0;
	}
	dint_error_set(&err, DINT_TIMEOUT, "%s within %u ms",
		       operation->written ? "no answer" : "could not be written",
		       operation->request.deadline_ms);
	machine->driver->withdraw(machine->own, operation);
	operation_broken(operation, &err);
	return 0;
}

/* The answer is known at once, and still comes out of the loop. */
static void hold(struct operation *operation, enum machine_outcome outcome)
{
	operation->held = true;
	operation->early.outcome = outcome;
	sd_event_source_set_time_relative(operation->timer, 0);
}

static bool driver_performs(const struct machine_driver *driver, enum machine_operation operation)
{
	return !driver->performs || driver->performs(operation);
}

void machine_ask(struct machine *machine, const struct machine_request *request)
{
	struct operation *operation = xcalloc(1, sizeof(*operation));
	struct dint_error *err = &operation->early.error;
	bool takes_fd = request->operation == MACHINE_SCREENDUMP ||
			request->operation == MACHINE_DUMP_MEMORY;

	assert(request->on_answer && request->deadline_ms);
	operation->machine = machine;
	operation->request = *request;
	operation->request.fd = takes_fd ? fcntl(request->fd, F_DUPFD_CLOEXEC, 0) : -1;
	operation->deadline_us = now_us() + (uint64_t)request->deadline_ms * 1000;
	operation->next = machine->operations;
	machine->operations = operation;
	if (sd_event_add_time(machine->loop, &operation->timer, CLOCK_MONOTONIC,
			      operation->deadline_us, TIMER_ACCURACY_US, on_deadline,
			      operation) < 0)
		abort(); /* out of memory, as in xmalloc */

	if (takes_fd && operation->request.fd < 0) {
		dint_error_errno(err, "descriptor %d", request->fd);
		hold(operation, MACHINE_NOT_WRITTEN);
	} else if (!driver_performs(machine->driver, request->operation)) {
		dint_error_set(err, DINT_UNSUPPORTED, "not something that driver %s can do",
			       machine->driver->name);
		hold(operation, MACHINE_REFUSED);
	} else if (!machine_reachable(machine, err)) {
		hold(operation, MACHINE_NOT_WRITTEN);
	} else {
		machine->driver->ask(machine->own, operation);
	}
}

bool burst_begins(uint64_t *last_us, uint64_t now)
{
	bool begins = !*last_us || now - *last_us >= (uint64_t)MACHINE_RESET_BURST_MS * 1000;

	if (begins)
		*last_us = now;
	return begins;
}

/* Whether the listener knows it already. */
static bool is_old_news(struct machine *machine, const struct machine_event *event)
{
	const char *reason = event->detail ? event->detail : "";

	switch (event->kind) {
	case MACHINE_WAS_RESET:
		return !burst_begins(&machine->last_reset_us, now_us());
	case MACHINE_CONNECTED:
		machine->reason[0] = '\0';
		return false;
	case MACHINE_DISCONNECTED:
		if (!strncmp(machine->reason, reason, sizeof(machine->reason) - 1))
			return true;
		snprintf(machine->reason, sizeof(machine->reason), "%s", reason);
		return false;
	default:
		return false;
	}
}

void machine_tell(struct machine *machine, const struct machine_event *event)
{
	CLEANUP(buffer_done) struct buffer detail = {0};
	struct machine_event told = *event;

	if (is_old_news(machine, event) || !machine->on_event)
		return;
	if (event->detail)
		text_escape(&detail, event->detail, strnlen(event->detail, DETAIL_BYTES));
	told.detail = buffer_text(&detail);
	if (!told.at_us)
		told.at_us = system_clock.wall_us(&system_clock);
	machine->on_event(machine->arg, &told);
}

static const struct machine_driver *find_driver(const char *name)
{
	for (size_t i = 0; machine_drivers[i]; i++)
		if (!strcmp(machine_drivers[i]->name, name))
			return machine_drivers[i];
	return NULL;
}

bool machine_open(sd_event *loop, const struct machine_config *config, struct machine **machine,
		  struct dint_error *err)
{
	const struct machine_driver *driver = find_driver(config->driver);
	struct machine *made;

	if (!driver)
		return dint_fail(err, DINT_BAD_REQUEST, "machine %s: no driver '%.40s'",
				 config->name, config->driver);
	made = xcalloc(1, sizeof(*made));
	made->name = xstrdup(config->name);
	made->loop = sd_event_ref(loop);
	made->driver = driver;
	made->on_event = config->on_event;
	made->arg = config->arg;
	if (!driver->open(made, loop, config, &made->own, err)) {
		machine_close(made);
		return dint_within(err, "machine %s", config->name);
	}
	*machine = made;
	return true;
}

void machine_close(struct machine *machine)
{
	struct dint_error err;

	if (!machine)
		return;
	if (machine->own)
		machine->driver->close(machine->own);
	dint_error_set(&err, DINT_UNREACHABLE, "machine %s is closed", machine->name);
	while (machine->operations)
		operation_broken(machine->operations, &err);
	sd_event_unref(machine->loop);
	free(machine->name);
	free(machine);
}

bool machine_reachable(const struct machine *machine, struct dint_error *why)
{
	return machine->driver->reachable(machine->own, why);
}

const char *machine_name(const struct machine *machine)
{
	return machine->name;
}

void *machine_own(const struct machine *machine, const struct machine_driver *driver)
{
	return machine->driver == driver ? machine->own : NULL;
}
