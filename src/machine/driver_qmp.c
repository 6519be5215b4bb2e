/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Driver qmp: walks each operation's recipe over one QMP connection, a command at a time.
 *
 *	ask() → queue → (line free) write → answer → next step … → answered; tidying steps may
 *follow
 *
 * A task outlives its operation while it tidies or while its command is under way; it never
 * outlives the connection.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "machine/machine_internal.h"
#include "machine/qmp.h"
#include "machine/qmp_recipes.h"
#include "json/read.h"

#define TIMER_ACCURACY_US 10000

struct task {
	struct driver *driver;
	struct operation *operation; /* NULL: answered or withdrawn, only tidying is left */
	struct machine_request request;
	const struct recipe *recipe;
	unsigned step;
	bool sleeping; /* its step is not to be written before the timer */
	sd_event_source *timer;
	struct recipe_state state;
	struct task *next;
};

struct driver {
	struct machine *machine;
	sd_event *loop;
	struct qmp *qmp;
	struct task *tasks;	/* oldest first */
	struct task *under_way; /* on the list too; its command is not answered yet */
	sd_event_source *pump;	/* writes what can be written, out of the loop */
	bool away;		/* known to be: the last attempt or connection ended … */
	struct dint_error why;	/* … for this reason */
};

static void wake(struct driver *driver)
{
	sd_event_source_set_enabled(driver->pump, SD_EVENT_ONESHOT);
}

static void free_task(struct task *task)
{
	struct task **at = &task->driver->tasks;

	while (*at != task)
		at = &(*at)->next;
	*at = task->next;
	if (task->driver->under_way == task)
		task->driver->under_way = NULL;
	sd_event_source_disable_unref(task->timer);
	free(task->state.disks);
	free(task);
}

static const struct step *step_of(const struct task *task)
{
	return task->step < QMP_STEPS_MAX && task->recipe->steps[task->step].command
		       ? &task->recipe->steps[task->step]
		       : NULL;
}

/* The operation is answered; what it left in QEMU, if its first step was done, is tidied up. */
static void only_tidy(struct task *task)
{
	bool begun = task->step > 0;

	do
		task->step++;
	while (step_of(task) && !step_of(task)->tidies);
	sd_event_source_set_enabled(task->timer, SD_EVENT_OFF);
	task->sleeping = false;
	if (!begun || !step_of(task))
		free_task(task);
}

static void fail_task(struct task *task, bool refused, const struct dint_error *err)
{
	struct operation *operation = TAKE(task->operation);

	if (operation && refused)
		operation_refused(operation, err);
	else if (operation)
		operation_broken(operation, err);
	only_tidy(task);
}

static int on_pause_over(sd_event_source *source, uint64_t when, void *arg)
{
	struct task *task = arg;

	(void)source;
	(void)when;
	task->sleeping = false;
	wake(task->driver);
	return 0;
}

static void sleep_task(struct task *task)
{
	task->sleeping = true;
	sd_event_source_set_time_relative(task->timer, (uint64_t)QMP_DUMP_POLL_MS * 1000);
	sd_event_source_set_enabled(task->timer, SD_EVENT_ONESHOT);
	if (task->operation)
		operation_progress(task->operation, task->state.done_bytes,
				   task->state.total_bytes);
}

static void step_done(struct task *task)
{
	const struct step *next;

	task->step++;
	next = step_of(task);
	if (task->operation && (!next || next->tidies)) {
		operation_done(TAKE(task->operation), &task->state.answer);
	} else if (!task->operation && next && !next->tidies) {
		only_tidy(task); /* withdrawn while its command was under way */
		return;
	}
	if (!next)
		free_task(task);
}

static void on_answered(void *arg, const json_t *result, const struct dint_error *refusal)
{
	struct driver *driver = arg;
	struct task *task = TAKE(driver->under_way);
	const struct step *step = step_of(task);
	enum step_result outcome = STEP_DONE;
	struct dint_error err;

	if (refusal) {
		err = *refusal;
		outcome = STEP_REFUSED;
	} else if (step->returned) {
		outcome = step->returned(&task->state, result, &err);
	}
	if (outcome == STEP_DONE || step->tidies) {
		step_done(task);
	} else if (outcome == STEP_AGAIN && task->operation) {
		sleep_task(task);
	} else if (outcome == STEP_AGAIN) {
		only_tidy(task);
	} else {
		if (outcome == STEP_GARBAGE)
			err.code = DINT_UNREACHABLE;
		if (strcmp(step->command, machine_operation_name(task->request.operation)))
			dint_error_prefix(&err, "%s", step->command);
		fail_task(task, outcome == STEP_REFUSED, &err);
	}
	wake(driver);
}

/* The oldest whose turn it is. */
static struct task *next_task(const struct driver *driver)
{
	for (struct task *task = driver->tasks; task; task = task->next)
		if (!task->sleeping)
			return task;
	return NULL;
}

/* A step that cannot be written to this peer, or not any more. */
static bool may_write(const struct driver *driver, const struct task *task, bool *refused,
		      struct dint_error *err)
{
	*refused = false;
	if (task->operation && operation_is_late(task->operation))
		return dint_fail(err, DINT_TIMEOUT, "could not be written within %u ms",
				 task->request.deadline_ms);
	*refused = true;
	if (step_of(task)->with_fd && !qmp_passes_fds(driver->qmp))
		return dint_fail(err, DINT_UNSUPPORTED,
				 "QMP takes descriptors through a UNIX socket only");
	return true;
}

/* After this the task may be gone. */
static void write_step(struct driver *driver, struct task *task)
{
	const struct step *step = step_of(task);
	CLEANUP(json_decref_ptr) json_t *arguments = NULL;
	bool nobody = true;
	struct qmp_command command = {
		.name = step->command,
		.fd = step->with_fd ? task->operation->request.fd : -1,
		.written = task->operation ? &task->operation->written : &nobody,
		.fault_before = step->fault_before,
		.fault_after = step->fault_after,
	};

	arguments = step->arguments ? step->arguments(&task->state) : NULL;
	command.arguments = arguments;
	driver->under_way = task;
	qmp_send(driver->qmp, &command);
}

static int on_pump(sd_event_source *source, void *arg)
{
	struct driver *driver = arg;
	struct dint_error err;
	struct task *task;
	bool refused;

	(void)source;
	while (qmp_is_free(driver->qmp) && (task = next_task(driver)))
		if (may_write(driver, task, &refused, &err))
			write_step(driver, task);
		else
			fail_task(task, refused, &err);
	return 0;
}

static void tell(struct driver *driver, enum machine_event_kind kind, const char *detail)
{
	machine_tell(driver->machine, &(struct machine_event){.kind = kind, .detail = detail});
}

static void on_ready(void *arg)
{
	struct driver *driver = arg;

	driver->away = false;
	tell(driver, MACHINE_CONNECTED, NULL);
	wake(driver);
}

/* Whatever was asked for on this connection, or waited for it, ends with it. */
static void on_gone(void *arg, const struct dint_error *why)
{
	struct driver *driver = arg;

	driver->away = true;
	driver->why = *why;
	while (driver->tasks) {
		struct operation *operation = driver->tasks->operation;

		free_task(driver->tasks);
		if (operation)
			operation_broken(operation, why);
	}
	tell(driver, MACHINE_DISCONNECTED, why->message);
}

/* QEMU dumps one at a time. Whoever waits for it asks again at once, and knows why it failed. */
static void on_dump_completed(struct driver *driver, const struct qmp_item *event)
{
	const char *error = json_find_string(event->value, "error");

	for (struct task *task = driver->tasks; task; task = task->next) {
		CLEANUP(buffer_done) struct buffer words = {0};

		if (task->request.operation != MACHINE_DUMP_MEMORY || !task->step)
			continue;
		text_escape(&words, error ? error : "", error ? strlen(error) : 0);
		snprintf(task->state.failure, sizeof(task->state.failure), "%s",
			 buffer_text(&words));
		task->sleeping = false;
	}
	wake(driver);
}

static const struct {
	const char *name;
	enum machine_event_kind kind;
	const char *detail; /* the member of its data that says more */
} events[] = {
	{"GUEST_PANICKED", MACHINE_PANICKED, "action"},
	{"GUEST_CRASHLOADED", MACHINE_CRASHLOADED, "action"},
	{"RESET", MACHINE_WAS_RESET, "reason"},
	{"SHUTDOWN", MACHINE_SHUT_DOWN, "reason"},
	{"STOP", MACHINE_STOPPED, NULL},
	{"RESUME", MACHINE_RESUMED, NULL},
	{"VSERPORT_CHANGE", MACHINE_PORT_OPENED, "id"},
	{"WATCHDOG", MACHINE_WATCHDOG, "action"},
};

static void on_event(void *arg, const struct qmp_item *item)
{
	struct driver *driver = arg;

	if (!strcmp(item->word, "DUMP_COMPLETED"))
		on_dump_completed(driver, item);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct machine_event event = {
			.kind = events[i].kind,
			.at_us = item->at_us,
			.by_guest = json_find_bool(item->value, "guest", false),
		};

		if (strcmp(item->word, events[i].name))
			continue;
		if (events[i].detail)
			event.detail = json_find_string(item->value, events[i].detail);
		if (event.kind == MACHINE_PORT_OPENED &&
		    !json_find_bool(item->value, "open", false))
			event.kind = MACHINE_PORT_CLOSED;
		machine_tell(driver->machine, &event);
	}
}

static const struct qmp_handlers qmp_handlers = {
	.ready = on_ready,
	.gone = on_gone,
	.answered = on_answered,
	.event = on_event,
};

static void driver_qmp_close(void *own)
{
	struct driver *driver = own;

	qmp_close(driver->qmp);
	while (driver->tasks)
		free_task(driver->tasks);
	sd_event_source_disable_unref(driver->pump);
	sd_event_unref(driver->loop);
	free(driver);
}

static bool driver_qmp_open(struct machine *machine, sd_event *loop,
			    const struct machine_config *config, void **own, struct dint_error *err)
{
	struct driver *driver = xcalloc(1, sizeof(*driver));
	int result = sd_event_add_defer(loop, &driver->pump, on_pump, driver);

	driver->machine = machine;
	driver->loop = sd_event_ref(loop);
	if (result < 0)
		dint_error_set(err, DINT_SYSTEM, "event loop: %s", strerror(-result));
	if (result < 0 ||
	    !qmp_open(loop, config->address, &qmp_handlers, driver, &driver->qmp, err)) {
		driver_qmp_close(driver);
		return false;
	}
	*own = driver;
	return true;
}

/* QEMU wants the same access mode that it opens with; another description of the same file has it.
 */
static void make_write_only(struct operation *operation)
{
	char path[40];
	int fd;

	if ((fcntl(operation->request.fd, F_GETFL) & O_ACCMODE) == O_WRONLY)
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", operation->request.fd);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return; /* QEMU will say what it thinks of it */
	close_fd(&operation->request.fd);
	operation->request.fd = fd;
}

static void driver_qmp_ask(void *own, struct operation *operation)
{
	struct driver *driver = own;
	struct task *task = xcalloc(1, sizeof(*task));
	struct task **at = &driver->tasks;

	task->driver = driver;
	task->operation = operation;
	task->request = operation->request;
	task->recipe = qmp_recipe(operation->request.operation);
	task->state.request = &task->request;
	if (task->recipe->writes_screen)
		make_write_only(operation);
	if (sd_event_add_time(driver->loop, &task->timer, CLOCK_MONOTONIC, 0, TIMER_ACCURACY_US,
			      on_pause_over, task) < 0)
		abort(); /* out of memory, as in xmalloc */
	sd_event_source_set_enabled(task->timer, SD_EVENT_OFF);
	operation->own = task;
	while (*at)
		at = &(*at)->next;
	*at = task;
	wake(driver);
}

static void driver_qmp_withdraw(void *own, struct operation *operation)
{
	struct driver *driver = own;
	struct task *task = operation->own;

	task->operation = NULL;
	if (task == driver->under_way)
		qmp_give_up(driver->qmp);
	else
		only_tidy(task);
	wake(driver);
}

static bool driver_qmp_reachable(const void *own, struct dint_error *why)
{
	const struct driver *driver = own;

	if (driver->away)
		*why = driver->why;
	return !driver->away;
}

const struct machine_driver driver_qmp = {
	.name = "qmp",
	.summary = "QEMU, over a QMP socket of its own",
	.open = driver_qmp_open,
	.close = driver_qmp_close,
	.ask = driver_qmp_ask,
	.withdraw = driver_qmp_withdraw,
	.reachable = driver_qmp_reachable,
};
