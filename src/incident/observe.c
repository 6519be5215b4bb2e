/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Driver events and console lines to incident events: signals are joined, none is trusted alone. */
#include "incident/observe.h"

#include <stdio.h>

#include "base/log.h"
#include "incident/console_file.h"
#include "incident/handover.h"
#include "incident/kept.h"
#include "incident/power.h"
#include "incident/signs.h"
#include "incident/site.h"
#include "machine/console.h"

static uint64_t wall_us(const struct watch *w)
{
	return w->site->clock->wall_us(w->site->clock);
}

static int on_gone(sd_event_source *source, uint64_t now, void *arg)
{
	struct watch *w = arg;

	(void)now;
	w->gone = sd_event_source_disable_unref(source);
	watch_event(w, EVENT_GONE, "it could not be reached any more: %s", w->problem);
	return 0;
}

static void on_status(void *arg, const struct machine_answer *answer)
{
	struct watch *w = arg;

	if (answer->outcome == MACHINE_DONE) {
		snprintf(w->run_state, sizeof(w->run_state), "%s", answer->status.word);
		kept_run_state(w, answer->status.word);
	}
	site_changed(w->site, w);
}

static void ask_status(struct watch *w)
{
	struct machine_request request = {
		.operation = MACHINE_STATUS,
		.deadline_ms = 5000,
		.on_answer = on_status,
		.arg = w,
		.fd = -1,
	};

	machine_ask(w->machine, &request);
}

static void connected(struct watch *w)
{
	*w->problem = '\0';
	w->since_us = wall_us(w);
	w->shut_down = false;
	w->gone = sd_event_source_disable_unref(w->gone);
	log_info("%s: connected", w->config->name);
	ask_status(w);
}

static void disconnected(struct watch *w, const char *why)
{
	bool was_there = !*w->problem;

	snprintf(w->problem, sizeof(w->problem), "%s", why);
	*w->run_state = '\0';
	if (!was_there)
		return;
	w->since_us = wall_us(w);
	log_warning("%s: not reachable: %s", w->config->name, why);
	if (w->shut_down)
		watch_event(w, EVENT_GONE, "the machine was shut down: %s", why);
	else if (!w->gone)
		sd_event_add_time_relative(w->site->loop, &w->gone, CLOCK_MONOTONIC,
					   OBSERVE_GONE_US, 0, on_gone, w);
	site_changed(w->site, w);
}

static void notice(struct watch *w, const struct machine_event *event)
{
	switch (event->kind) {
	case MACHINE_CONNECTED:
		return connected(w);
	case MACHINE_DISCONNECTED:
		return disconnected(w, event->detail);
	case MACHINE_PANICKED:
		ask_status(w);
		return watch_event(w, EVENT_PANIC, "the hypervisor says: guest panicked (%s)",
				   event->detail);
	case MACHINE_CRASHLOADED:
		return watch_event(
			w, EVENT_CRASHLOADED,
			"the hypervisor says: guest panicked, a capture kernel is loaded");
	case MACHINE_WAS_RESET:
		kept_booted(w);
		return watch_event(w, EVENT_RESET, "the machine was reset (%s)", event->detail);
	case MACHINE_SHUT_DOWN:
		w->shut_down = true;
		kept_run_state(w, "shutdown");
		return ask_status(w);
	case MACHINE_STOPPED:
	case MACHINE_RESUMED:
		return ask_status(w);
	case MACHINE_PORT_OPENED:
	case MACHINE_PORT_CLOSED:
	case MACHINE_WATCHDOG:
	case MACHINE_EVENTS:
		return;
	}
}

static void on_machine_event(void *arg, const struct machine_event *event)
{
	notice(arg, event);
	power_notice(arg, event->kind);
}

/* A guest may print a sign ten thousand times a second; each would be a row to commit. */
static bool is_repeated(struct watch *w, enum incident_event event)
{
	uint64_t now = w->site->clock->monotonic_us(w->site->clock);

	if (w->signs_us[event] && now - w->signs_us[event] < OBSERVE_SIGN_US)
		return true;
	w->signs_us[event] = now;
	return false;
}

static void on_line(void *arg, const char *line)
{
	struct watch *w = arg;
	const char *meaning;
	enum incident_event event = sign_of_line(line, &meaning);

	if (event == EVENT_NONE || is_repeated(w, event))
		return;
	watch_event(w, event, "console: %s", meaning);
}

static void on_console_bytes(void *arg, const uint8_t *bytes, size_t n, uint64_t at)
{
	struct watch *w = arg;
	struct dint_error err;

	if (w->console_file && !console_file_add(w->console_file, bytes, n, at, wall_us(w), &err)) {
		log_warning("%s: its console is kept in memory only: %s", w->config->name,
			    err.message);
		console_file_close(w->console_file);
		w->console_file = NULL;
	}
	site_changed(w->site, w);
}

static const struct console_handlers console_handlers = {
	.line = on_line,
	.bytes = on_console_bytes,
};

static bool open_console(struct watch *w, struct dint_error *err)
{
	if (!w->config->console)
		return true;
	if (!console_open(w->site->loop, w->config->console, &console_handlers, w, &w->console,
			  err))
		return dint_within(err, "console");
	if (!console_file_open(w->site->state_dir, w->config->name, w->console, &w->console_file,
			       err))
		log_warning("%s: its console is kept in memory only: %s", w->config->name,
			    err->message);
	return true;
}

bool observe_open(struct watch *w, struct dint_error *err)
{
	struct machine_config config = {
		.name = w->config->name,
		.driver = w->config->driver,
		.address = w->config->address,
		.on_event = on_machine_event,
		.arg = w,
	};

	snprintf(w->problem, sizeof(w->problem), "not connected yet");
	w->since_us = wall_us(w);
	if (!machine_open(w->site->loop, &config, &w->machine, err))
		return false;
	return open_console(w, err) && handover_open(w, &w->handover, err);
}

void observe_close(struct watch *w)
{
	w->gone = sd_event_source_disable_unref(w->gone);
	handover_close(w->handover);
	console_close(w->console);
	console_file_close(w->console_file);
	machine_close(w->machine);
	w->handover = NULL;
	w->console = NULL;
	w->console_file = NULL;
	w->machine = NULL;
}
