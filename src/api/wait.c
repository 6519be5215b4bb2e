/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A listener at the site, a timer for the patience, a timer that gathers changes. */
#include "api/wait.h"

#include <time.h>

#include "base/alloc.h"
#include "json/json.h"

struct api_wait {
	struct api_call *call;
	json_t *args;
	api_try_fn *try_answer;
	struct site_listener listener;
	sd_event_source *patience, *step;
};

/* The site is given, for the call may be freed already. */
static void wait_free(struct api_wait *wait, struct site *site)
{
	site_unlisten(site, &wait->listener);
	sd_event_source_disable_unref(wait->patience);
	sd_event_source_disable_unref(wait->step);
	json_decref(wait->args);
	free(wait);
}

static void on_cancel(struct api_call *call)
{
	struct dint_error err;

	wait_free(call->own, call->site);
	call->cancel = NULL;
	dint_error_set(&err, DINT_TIMEOUT, "the asker went away before there was news");
	api_refuse(call, &err);
}

static void try_now(struct api_wait *wait, enum api_try when)
{
	struct site *site = wait->call->site;

	wait->call->cancel = NULL;
	if (wait->try_answer(wait->call, wait->args, when)) {
		wait_free(wait, site);
		return;
	}
	wait->call->cancel = on_cancel;
}

static int on_patience(sd_event_source *source, uint64_t now, void *arg)
{
	(void)source;
	(void)now;
	try_now(arg, API_TRY_LAST);
	return 0;
}

static int on_step(sd_event_source *source, uint64_t now, void *arg)
{
	struct api_wait *wait = arg;

	(void)source;
	(void)now;
	wait->step = sd_event_source_disable_unref(wait->step);
	try_now(wait, API_TRY_CHANGED);
	return 0;
}

static void on_change(void *arg, struct watch *watch)
{
	struct api_wait *wait = arg;

	(void)watch;
	if (!wait->step)
		sd_event_add_time_relative(wait->call->site->loop, &wait->step, CLOCK_MONOTONIC,
					   API_WAIT_STEP_MS * 1000, 0, on_step, wait);
}

void api_wait_for(struct api_call *call, const json_t *args, api_try_fn *try_answer)
{
	uint64_t patience_ms = json_find_u64(args, "wait_ms", 0);
	struct api_wait *wait;

	if (!patience_ms) {
		try_answer(call, args, API_TRY_LAST);
		return;
	}
	wait = xcalloc(1, sizeof(*wait));
	wait->call = call;
	wait->args = json_deep_copy(args);
	wait->try_answer = try_answer;
	wait->listener = (struct site_listener){.changed = on_change, .arg = wait};
	site_listen(call->site, &wait->listener);
	call->own = wait;
	sd_event_add_time_relative(call->site->loop, &wait->patience, CLOCK_MONOTONIC,
				   (patience_ms < API_WAIT_MS_MAX ? patience_ms : API_WAIT_MS_MAX) *
					   1000,
				   0, on_patience, wait);
	try_now(wait, API_TRY_FIRST);
}
