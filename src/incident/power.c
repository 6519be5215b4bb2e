/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One task a machine, the latest; it ends with what the machine tells, or with its deadline. */
#include "incident/power.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/log.h"
#include "incident/command.h"
#include "incident/health.h"
#include "incident/kept.h"
#include "incident/site.h"

#define ASK_MS 5000

struct power {
	struct watch *watch;
	enum power_task task;
	bool starting; /* a start was ordered, also by a reboot */
	bool over;     /* freed with the last answer that is awaited */
	unsigned awaited;
	power_done_fn *done;
	void *arg;
	sd_event_source *timer;
	struct command *command; /* running; NULL: none */
};

static void power_free(struct power *p)
{
	sd_event_source_disable_unref(p->timer);
	command_detach(p->command);
	free(p);
}

static void tell(struct power *p, const struct dint_error *err)
{
	power_done_fn *done = p->done;

	p->done = NULL;
	if (done)
		done(p->arg, err);
	else if (err)
		log_warning("%s: %s", p->watch->config->name, err->message);
}

/* The task is over; who still waits for its first order is told why (NULL: it was done). */
static void end(struct power *p, const struct dint_error *err)
{
	if (p->watch->power == p)
		p->watch->power = NULL;
	p->timer = sd_event_source_disable_unref(p->timer);
	p->over = true;
	site_changed(p->watch->site, p->watch);
	if (p->done)
		tell(p, err);
	if (!p->awaited)
		power_free(p);
}

/* ---- orders ---- */

/* Nothing more comes of it but, with a reboot whose machine's process has just ended, the end of
 * the connection. */
static bool ends_with(const struct power *p, const struct machine_answer *answer)
{
	if (answer->operation == MACHINE_RESET)
		return true;
	if (answer->operation == MACHINE_START)
		return p->task != POWER_REBOOT || answer->outcome == MACHINE_DONE ||
		       answer->outcome == MACHINE_REFUSED;
	return answer->outcome != MACHINE_DONE && answer->operation != MACHINE_KEEP;
}

static void on_ordered(void *arg, const struct machine_answer *answer)
{
	struct power *p = arg;
	bool failed = answer->outcome != MACHINE_DONE;

	p->awaited--;
	/* a machine that ends at our word may end before it answers */
	if (answer->operation == MACHINE_QUIT && answer->outcome == MACHINE_LOST)
		failed = false;
	tell(p, failed ? &answer->error : NULL);
	if (!p->over && ends_with(p, answer))
		end(p, NULL);
	else if (p->over && !p->awaited)
		power_free(p);
}

static void order(struct power *p, enum machine_operation operation)
{
	struct machine_request request = {
		.operation = operation,
		.deadline_ms = ASK_MS,
		.on_answer = on_ordered,
		.arg = p,
		.fd = -1,
	};

	p->awaited++;
	machine_ask(p->watch->machine, &request);
}

/* The process is to outlive the guest's obedience; a hypervisor that cannot do so has it end. */
static void on_keep(void *arg, const struct machine_answer *answer)
{
	struct power *p = arg;

	(void)answer;
	p->awaited--;
	if (!p->over)
		order(p, MACHINE_POWER_BUTTON);
	else if (!p->awaited)
		power_free(p);
}

static void keep_and_press(struct power *p)
{
	struct machine_request request = {
		.operation = MACHINE_KEEP,
		.deadline_ms = ASK_MS,
		.on_answer = on_keep,
		.arg = p,
		.fd = -1,
	};

	p->awaited++;
	machine_ask(p->watch->machine, &request);
}

/* ---- the start command ---- */

static void on_command_ended(void *arg, const struct dint_error *err)
{
	struct power *p = arg;

	p->command = NULL;
	if (!err)
		return; /* the machine will be reached now, or the deadline passes */
	log_error("%s: %s", p->watch->config->name, err->message);
	end(p, NULL);
}

static bool run_command(struct power *p, struct dint_error *err)
{
	const struct config_machine *config = p->watch->config;

	if (!config->start)
		return dint_fail(err, DINT_UNSUPPORTED,
				 "%s: its process is gone, and no 'start' command is configured "
				 "for it",
				 config->name);
	if (!command_start(p->watch->site->loop, config->start, on_command_ended, p, &p->command,
			   err))
		return dint_within(err, "%s", config->name);
	log_info("%s: started with %s", config->name, config->start);
	p->starting = true;
	return true;
}

/* ---- deadlines ---- */

/* A dump may be in the making. */
static bool is_capturing(enum incident_state state)
{
	return state >= STATE_INJECTING && state < STATE_CAPTURED;
}

static int on_deadline(sd_event_source *source, uint64_t now, void *arg)
{
	struct power *p = arg;
	const char *name = p->watch->config->name;

	(void)now;
	sd_event_source_set_enabled(source, SD_EVENT_OFF);
	if (is_capturing(p->watch->state)) {
		log_warning("%s: it is left as it is: an incident has begun meanwhile", name);
		end(p, NULL);
	} else if (p->starting || p->task == POWER_START) {
		log_error("%s: it was started, and cannot be reached yet", name);
		end(p, NULL);
	} else if (p->task == POWER_STOP) {
		log_warning("%s: the guest does not mind the power button", name);
		end(p, NULL);
	} else if (p->task == POWER_REBOOT) {
		log_warning("%s: the guest does not mind the power button: it is reset", name);
		order(p, MACHINE_RESET);
	} else {
		log_warning("%s: the guest does not mind the power button: its process is ended",
			    name);
		order(p, MACHINE_QUIT);
	}
	return 0;
}

static void arm(struct power *p, uint64_t ms)
{
	sd_event_source_disable_unref(p->timer);
	sd_event_add_time_relative(p->watch->site->loop, &p->timer, CLOCK_MONOTONIC, ms * 1000, 0,
				   on_deadline, p);
}

/* ---- beginning ---- */

/* There is nobody to be told: stopped, away for long, or not seen since dintd knows it. */
static bool is_gone(const struct watch *w, const struct health *h)
{
	struct dint_error ignored;

	return *w->problem && !machine_reachable(w->machine, &ignored) &&
	       (h->power == HEALTH_STOPPED || h->host == HEALTH_IMPAIRED || !*w->kept.run_state);
}

static int start_now(sd_event_source *source, uint64_t now, void *arg)
{
	struct power *p = arg;
	struct dint_error err;

	(void)source;
	(void)now;
	if (run_command(p, &err)) {
		arm(p, POWER_START_MS);
		tell(p, NULL);
		site_changed(p->watch->site, p->watch);
	} else {
		end(p, &err);
	}
	return 0;
}

static void begin_start(struct power *p, const struct health *h)
{
	if (is_gone(p->watch, h)) /* the answer never comes from inside */
		sd_event_add_time_relative(p->watch->site->loop, &p->timer, CLOCK_MONOTONIC, 0, 0,
					   start_now, p);
	else
		order(p, MACHINE_START);
}

static void begin(struct power *p)
{
	struct health h;

	health_of(p->watch, &h);
	if (p->task == POWER_START)
		return begin_start(p, &h);
	arm(p, p->watch->config->power_deadline_ms);
	if (p->task == POWER_REBOOT && health_is_hung(&h))
		order(p, MACHINE_RESET);
	else if (p->task == POWER_QUIT || (p->task == POWER_FORCED_STOP && health_is_hung(&h)))
		order(p, MACHINE_QUIT);
	else if (p->task == POWER_REBOOT && !p->watch->config->start)
		keep_and_press(p);
	else
		order(p, MACHINE_POWER_BUTTON);
}

bool power_allowed(const struct watch *w, enum power_task task, struct dint_error *err)
{
	struct health h;

	health_of(w, &h);
	if (is_capturing(w->state))
		return dint_fail(err, DINT_CONFLICT,
				 "%s is in the middle of an incident (%s is %s): its dump would be "
				 "lost",
				 w->config->name, w->row.id, state_name(w->state));
	if (!strcmp(w->kept.run_state, "postmigrate"))
		return dint_fail(err, DINT_CONFLICT, "%s was migrated away (postmigrate)",
				 w->config->name);
	if (task != POWER_START && h.power == HEALTH_STOPPED)
		return dint_fail(err, DINT_CONFLICT, "%s is stopped", w->config->name);
	return true;
}

void power_do(struct watch *w, enum power_task task, power_done_fn *done, void *arg)
{
	struct power *p = xcalloc(1, sizeof(*p));

	power_cancel(w);
	p->watch = w;
	p->task = task;
	p->done = done;
	p->arg = arg;
	w->power = p;
	begin(p);
	site_changed(w->site, w);
}

bool power_is_stopping(const struct power *p)
{
	return p && p->task <= POWER_QUIT;
}

bool power_is_starting(const struct power *p)
{
	return p && p->starting;
}

/* ---- what the machine tells ---- */

static void shut_down(struct power *p)
{
	if (p->task == POWER_REBOOT && !p->awaited)
		order(p, MACHINE_START);
}

static void disconnected(struct power *p)
{
	struct dint_error err;

	if (power_is_stopping(p))
		return end(p, NULL);
	if (p->task != POWER_REBOOT || p->starting || !p->watch->shut_down)
		return;
	if (run_command(p, &err)) {
		arm(p, POWER_START_MS);
		return;
	}
	log_error("%s: it obeyed the power button and cannot be started again", err.message);
	end(p, NULL);
}

void power_notice(struct watch *w, enum machine_event_kind kind)
{
	struct power *p = w->power;

	if (!p)
		return;
	if (kind == MACHINE_SHUT_DOWN && power_is_stopping(p))
		end(p, NULL);
	else if (kind == MACHINE_SHUT_DOWN)
		shut_down(p);
	else if (kind == MACHINE_DISCONNECTED)
		disconnected(p);
	else if ((kind == MACHINE_CONNECTED && p->starting) ||
		 (kind == MACHINE_WAS_RESET && p->task == POWER_REBOOT && !p->awaited))
		end(p, NULL);
}

void power_cancel(struct watch *w)
{
	struct dint_error err;

	dint_error_set(&err, DINT_CONFLICT, "another order took its place");
	if (w->power)
		end(w->power, &err);
}
