/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of actions, and the two short ones: the injection and the analysis. */
#include "incident/actions.h"

#include "base/cleanup.h"
#include "base/fault.h"
#include "base/log.h"
#include "incident/analysis.h"
#include "incident/evidence.h"
#include "incident/handover.h"
#include "incident/hostdump.h"
#include "incident/site.h"
#include "store/files.h"

#define INJECT_DEADLINE_MS 5000 /* QEMU answers in milliseconds, or its main loop is stuck */

/* ---- inject ---- */

static void on_injected(void *arg, const struct machine_answer *answer)
{
	static const enum incident_event events[] = {
		[MACHINE_DONE] = EVENT_ANSWERED,
		[MACHINE_REFUSED] = EVENT_REFUSED,
		[MACHINE_NOT_WRITTEN] = EVENT_NOT_WRITTEN,
		[MACHINE_LOST] = EVENT_ANSWER_LOST,
	};
	const char *words = answer->outcome == MACHINE_DONE ? "the hypervisor answered inject-nmi"
							    : answer->error.message;

	fault_point("inject: answered");
	((struct watch *)arg)->inject_error = answer->error;
	watch_event(arg, events[answer->outcome], "%s", words);
}

static void inject(struct watch *w)
{
	struct machine_request request = {
		.operation = MACHINE_INJECT_NMI,
		.deadline_ms = INJECT_DEADLINE_MS,
		.on_answer = on_injected,
		.arg = w,
		.fd = -1,
	};

	w->inject_error = (struct dint_error){0};
	fault_point("inject: before asking the driver");
	machine_ask(w->machine, &request);
	fault_point("inject: asked the driver");
}

/* ---- analyse ---- */

static void on_analysed(void *arg, const char *report, const struct dint_error *err)
{
	struct watch *w = arg;
	struct happening h = {.event = report ? EVENT_ANALYSED : EVENT_UNREADABLE};

	w->analysis = NULL;
	w->site->analyses--;
	if (report)
		h.report = strdup(report);
	snprintf(h.cause, sizeof(h.cause), "%s",
		 report ? "dint-analyze wrote its report" : err->message);
	watch_happen(w, &h);
	site_next_analysis(w->site);
}

static bool start_analysis(struct watch *w, struct dint_error *err)
{
	CLEANUP(dump_list_done) struct dump_list dumps = {0};
	CLEANUP(close_fd) int fd = -1;

	if (!dump_list(w->site->store, w->row.id, &dumps, err))
		return false;
	if (!dumps.count)
		return dint_fail(err, DINT_NOT_FOUND, "%s has no dump", w->row.id);
	fd = dump_file_open(w->site->state_dir, dumps.rows[dumps.count - 1].sha256, err);
	return fd >= 0 && analysis_start(w->site->loop, w->site->analyser, fd, on_analysed, w,
					 &w->analysis, err);
}

static void analyse(struct watch *w)
{
	struct dint_error err;

	if (w->analysis) {
		analysis_cancel(w->analysis);
		w->analysis = NULL;
		w->site->analyses--;
	}
	w->wants_analysis = w->site->analyses >= SITE_ANALYSES_MAX;
	if (w->wants_analysis)
		return;
	watch_set_progress(w, NULL, 0, 0);
	if (start_analysis(w, &err))
		w->site->analyses++;
	else
		watch_event(w, EVENT_UNREADABLE, "%s", err.message);
}

/* ---- the table ---- */

static void (*const actions[ACTIONS])(struct watch *w) = {
	[ACTION_PREPARE] = evidence_gather,  [ACTION_INJECT] = inject,
	[ACTION_HOST_DUMP] = hostdump_start, [ACTION_RECEIVE] = handover_receive,
	[ACTION_ANALYSE] = analyse,
};

void action_run(struct watch *w, enum incident_action action)
{
	if (actions[action])
		actions[action](w);
}

void actions_cancel(struct watch *w)
{
	evidence_cancel(w);
	hostdump_cancel(w);
	analysis_cancel(w->analysis);
	w->analysis = NULL;
}
