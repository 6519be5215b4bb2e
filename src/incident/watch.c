/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The queue of one machine: look up, commit, and only then act. */
#include "incident/watch.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fault.h"
#include "base/log.h"
#include "incident/actions.h"
#include "incident/kept.h"
#include "incident/observe.h"
#include "incident/power.h"
#include "incident/site.h"
#include "incident/worker.h"

#define COMMIT_RETRY_US 2000000 /* a store that refuses (disk full) is asked again after this */

/* A row on its way to the store's thread, which owns it until the callback. */
struct commit {
	struct watch *watch;
	struct happening what;
	struct incident_row row;
	enum incident_state state;
	enum incident_action action;
	bool moved; /* into another state */
};

static uint64_t deadline_ms(const struct watch *w, enum incident_deadline deadline)
{
	switch (deadline) {
	case DEADLINE_PANIC:
		return w->config->panic_deadline_ms;
	case DEADLINE_CAPTURE:
		return w->config->capture_deadline_ms;
	case DEADLINE_HANDOVER:
		return w->config->handover_deadline_ms;
	case DEADLINE_NONE:
		break;
	}
	return 0;
}

/* ---- deciding: from an event to the row that will be committed ---- */

static void take_text(char **to, char **from)
{
	if (!*from)
		return;
	free(*to);
	*to = TAKE(*from);
}

static void open_row(struct watch *w, struct incident_row *row, uint64_t now)
{
	*row = (struct incident_row){
		.machine = xstrdup(w->config->name),
		.instance_id = xstrdup(w->instance_id),
		.boot_id = *w->boot_id ? xstrdup(w->boot_id) : NULL,
		.opened_us = now,
	};
	incident_id_new(now, row->id);
}

static void fill_row(struct commit *c, uint64_t now)
{
	struct incident_row *row = &c->row;
	uint64_t limit_ms = deadline_ms(c->watch, state_deadline(c->state));

	take_text(&row->requested_by, &c->what.requested_by);
	take_text(&row->reason, &c->what.reason);
	take_text(&row->evidence, &c->what.evidence);
	take_text(&row->report, &c->what.report);
	if (c->what.dump) {
		memcpy(c->what.dump->incident, row->id, sizeof(row->id));
		row->guest_dump |= !strcmp(c->what.dump->origin, "guest");
	}
	if (c->moved) {
		free(row->state);
		row->state = xstrdup(state_name(c->state));
		row->ended_us = state_ends(c->state) ? now : 0;
	}
	if (c->action != ACTION_EXTEND && (c->moved || c->action != ACTION_NONE)) {
		free(row->intended);
		row->intended = xstrdup(action_name(c->action));
	}
	if (c->moved || c->action == ACTION_EXTEND)
		row->deadline_us = limit_ms ? now + limit_ms * 1000 : 0;
	row->changed_us = now;
}

static struct commit *commit_new(struct watch *w, struct happening *h, struct transition cell,
				 bool opens)
{
	struct commit *c = xcalloc(1, sizeof(*c));
	uint64_t now = w->site->clock->wall_us(w->site->clock);

	c->watch = w;
	c->state = cell.next;
	c->action = cell.action;
	c->moved = opens || cell.next != w->state;
	if (opens)
		open_row(w, &c->row, now);
	else
		incident_row_copy(&w->row, &c->row);
	if (cell.action == ACTION_RESUME)
		c->action = w->row.intended ? action_from_name(w->row.intended) : ACTION_NONE;
	c->what = *h;
	*h = (struct happening){0};
	fill_row(c, now);
	return c;
}

/* ---- committing ---- */

static bool commit_job(struct store_writer *writer, void *arg, struct dint_error *err)
{
	struct commit *c = arg;

	fault_point("incident: before the row is put");
	if (!incident_put(writer, &c->row, err))
		return dint_within(err, "%s", c->row.id);
	fault_point("incident: between row and history");
	if ((c->moved || c->what.noted) &&
	    !history_add(writer, c->row.id, c->row.state, c->what.cause, c->row.changed_us, err))
		return dint_within(err, "%s", c->row.id);
	return !c->what.dump || dump_put(writer, c->what.dump, err);
}

static void commit_free(struct commit *c)
{
	incident_row_done(&c->row);
	happening_done(&c->what);
	free(c);
}

static void next(struct watch *w);

static int on_retry(sd_event_source *source, uint64_t now, void *arg)
{
	struct watch *w = arg;

	(void)now;
	w->retry = sd_event_source_disable_unref(source);
	w->committing = false;
	next(w);
	return 0;
}

static int on_deadline(sd_event_source *source, uint64_t now, void *arg)
{
	struct watch *w = arg;

	(void)now;
	w->deadline = sd_event_source_disable_unref(source);
	watch_event(w, EVENT_DEADLINE, "nothing more was heard before the deadline");
	return 0;
}

static void arm_deadline(struct watch *w)
{
	uint64_t now = w->site->clock->wall_us(w->site->clock);
	uint64_t left = w->row.deadline_us > now ? w->row.deadline_us - now : 0;

	w->deadline = sd_event_source_disable_unref(w->deadline);
	if (w->state != STATE_NONE && w->row.deadline_us)
		sd_event_add_time_relative(w->site->loop, &w->deadline, CLOCK_MONOTONIC, left, 0,
					   on_deadline, w);
}

/* The store refused. A request is told so; a thing that happened is not forgotten for that. */
static void commit_failed(struct commit *c, const struct dint_error *err)
{
	struct watch *w = c->watch;

	log_error("%s: %s could not be kept: %s", w->config->name, event_name(c->what.event),
		  err->message);
	if (c->what.event == EVENT_SEND || c->what.event == EVENT_SEND_AGAIN) {
		if (c->what.told)
			c->what.told(c->what.arg, NULL, false, err);
		w->committing = false;
		commit_free(c);
		next(w);
		return;
	}
	/* what fill_row took out goes back, so that the next try brings it along again */
	take_text(&c->what.evidence, &c->row.evidence);
	take_text(&c->what.report, &c->row.report);
	happening_push_front(&w->queue, &c->what);
	commit_free(c);
	sd_event_add_time_relative(w->site->loop, &w->retry, CLOCK_MONOTONIC, COMMIT_RETRY_US, 0,
				   on_retry, w);
}

static void committed(void *arg, const struct dint_error *err)
{
	struct commit *c = arg;
	struct watch *w = c->watch;

	if (err)
		return commit_failed(c, err);
	fault_point("incident: committed, before the action");
	incident_row_done(&w->row);
	w->row = TAKE(c->row);
	w->state = c->state;
	if (c->moved || c->what.noted)
		log_info("%s: %s: %s (%s)", w->config->name, w->row.id, w->row.state,
			 c->what.cause);
	arm_deadline(w);
	action_run(w, c->action);
	if (c->what.told)
		c->what.told(c->what.arg, &w->row, false, NULL);
	commit_free(c);
	w->committing = false;
	site_changed(w->site, w);
	next(w);
}

/* Takes the happening; true when something is on its way to the store. */
static bool decide(struct watch *w, struct happening *h)
{
	struct transition cell = state_transition(w->state, h->event);
	bool opens = w->state == STATE_NONE;

	if (cell.action == ACTION_OPEN || h->opens_new) {
		cell = state_transition(STATE_NONE, h->event);
		opens = true;
	}
	if (opens && cell.next == STATE_NONE) {
		if (h->told)
			h->told(h->arg, NULL, false, NULL);
		happening_done(h);
		return false;
	}
	if (cell.action == ACTION_JOIN ||
	    (!opens && cell.next == w->state && cell.action == ACTION_NONE && !h->evidence &&
	     !h->report && !h->dump && !h->noted)) {
		if (h->told)
			h->told(h->arg, &w->row, cell.action == ACTION_JOIN, NULL);
		happening_done(h);
		return false;
	}
	fault_point("incident: before the commit");
	store_submit(w->site->store, commit_job, committed, commit_new(w, h, cell, opens));
	fault_point("incident: submitted");
	return true;
}

static void next(struct watch *w)
{
	struct happening h;

	while (!w->committing && !w->site->closing && happening_pop(&w->queue, &h))
		w->committing = decide(w, &h);
}

static int on_queue(sd_event_source *source, void *arg)
{
	struct watch *w = arg;

	sd_event_source_set_enabled(source, SD_EVENT_OFF);
	next(w);
	return 0;
}

/* ---- what others call ---- */

void watch_happen(struct watch *w, struct happening *h)
{
	happening_push(&w->queue, h);
	sd_event_source_set_enabled(w->queue_source, SD_EVENT_ONESHOT);
}

void watch_event(struct watch *w, enum incident_event event, const char *cause, ...)
{
	struct happening h = {.event = event};
	va_list args;

	va_start(args, cause);
	vsnprintf(h.cause, sizeof(h.cause), cause, args);
	va_end(args);
	watch_happen(w, &h);
}

bool watch_is_new_boot(const struct watch *w)
{
	if (w->state == STATE_NONE || !*w->boot_id)
		return false;
	if (w->state == STATE_REBOOTED)
		return true;
	return w->row.boot_id && strcmp(w->row.boot_id, w->boot_id);
}

/* It ended so long ago, or has its dump: what comes now is of something else. */
static bool is_past(const struct watch *w)
{
	uint64_t now = w->site->clock->wall_us(w->site->clock);

	return w->row.guest_dump || now - w->row.ended_us > w->config->handover_deadline_ms * 1000;
}

enum watch_fit watch_fits_dump(const struct watch *w)
{
	struct transition cell = state_transition(w->state, EVENT_OFFERED);
	bool same_boot = w->row.boot_id && !strcmp(w->row.boot_id, w->boot_id);

	if (w->state == STATE_NONE || cell.action == ACTION_OPEN)
		return FIT_NEW;
	if (state_ends(w->state))
		return same_boot || is_past(w) ? FIT_NEW : FIT_LATEST;
	if (cell.action != ACTION_RECEIVE || (same_boot && w->state != STATE_TRANSFERRING))
		return FIT_LATER; /* an older dump: not while this one is being waited for */
	return FIT_LATEST;
}

enum watch_fit watch_fits_stream(const struct watch *w)
{
	if (w->state == STATE_NONE ||
	    state_transition(w->state, EVENT_STREAM).action == ACTION_OPEN)
		return FIT_NEW;
	if (state_ends(w->state))
		return is_past(w) ? FIT_NEW : FIT_LATEST;
	return w->state == STATE_CAPTURED && w->row.guest_dump ? FIT_LATER : FIT_LATEST;
}

void watch_set_progress(struct watch *w, const char *what, uint64_t done, uint64_t total)
{
	w->progress = (struct watch_progress){what, done, total};
	site_changed(w->site, w);
}

/* ---- opening ---- */

/* Takes up the latest incident where it was; what was under way in the daemon died with it. */
static bool take_up(struct watch *w, struct dint_error *err)
{
	uint64_t now = w->site->clock->wall_us(w->site->clock);
	uint64_t stale_us = w->config->panic_deadline_ms * 1000;

	if (!incident_latest(w->site->store, w->config->name, &w->row, err))
		return err->code == DINT_NOT_FOUND;
	w->state = state_from_name(w->row.state, w->row.ended_us != 0);
	if (w->state == STATE_NONE)
		return dint_fail(err, DINT_CORRUPT, "%s is in the unknown state '%.40s'", w->row.id,
				 w->row.state);
	if (state_ends(w->state))
		return true;
	arm_deadline(w);
	watch_event(w, now - w->row.changed_us > stale_us ? EVENT_STALE : EVENT_RESTART,
		    "dintd was started again");
	return true;
}

static bool open_all(struct watch *w, struct dint_error *err)
{
	if (!machine_instance_id(w->site->store, w->config->name, w->config->id, w->instance_id,
				 err))
		return false;
	if (sd_event_add_defer(w->site->loop, &w->queue_source, on_queue, w) < 0)
		return dint_fail(err, DINT_SYSTEM, "no memory for an event source");
	sd_event_source_set_enabled(w->queue_source, SD_EVENT_OFF);
	return kept_open(w, err) && worker_new(w->site->loop, &w->worker, err) && take_up(w, err) &&
	       observe_open(w, err);
}

DEFINE_CLEANUP(watch_close, struct watch *)

bool watch_open(struct site *site, const struct config_machine *config, struct watch **watch,
		struct dint_error *err)
{
	CLEANUP(watch_close_ptr) struct watch *w = xcalloc(1, sizeof(*w));

	w->site = site;
	w->config = config;
	happening_queue_init(&w->queue);
	if (!open_all(w, err))
		return dint_within(err, "[machine %s] in line %u", config->name, config->line);
	*watch = TAKE(w);
	return true;
}

void watch_close(struct watch *w)
{
	if (!w)
		return;
	actions_cancel(w);
	power_cancel(w);
	observe_close(w);
	worker_free(w->worker);
	happening_queue_done(&w->queue);
	sd_event_source_disable_unref(w->deadline);
	sd_event_source_disable_unref(w->retry);
	sd_event_source_disable_unref(w->queue_source);
	incident_row_done(&w->row);
	free(w->readiness);
	free(w);
}
