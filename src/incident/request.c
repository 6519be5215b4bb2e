/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ask for the machine's run state, then let the table decide. */
#include "incident/request.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fault.h"
#include "incident/site.h"

struct request {
	struct watch *watch;
	struct happening what;
};

static void refuse(struct request *r, const struct dint_error *err)
{
	r->what.told(r->what.arg, NULL, false, err);
	free(r->what.requested_by);
	free(r->what.reason);
	free(r);
}

static void on_status(void *arg, const struct machine_answer *answer)
{
	struct request *r = arg;
	struct dint_error err = answer->error;

	fault_point("request: run state known");
	if (answer->outcome != MACHINE_DONE) {
		dint_error_prefix(&err, "%s: nothing was sent", r->watch->config->name);
		refuse(r, &err);
		return;
	}
	snprintf(r->watch->run_state, sizeof(r->watch->run_state), "%s", answer->status.word);
	if (!answer->status.running) {
		dint_error_set(&err, DINT_CONFLICT,
			       "%s is %s, not running: an NMI would only arrive when it goes on; "
			       "nothing was sent",
			       r->watch->config->name, answer->status.word);
		refuse(r, &err);
		return;
	}
	watch_happen(r->watch, &r->what);
	free(r);
}

static void ask_status(struct request *r)
{
	struct machine_request ask = {
		.operation = MACHINE_STATUS,
		.deadline_ms = REQUEST_STATUS_MS,
		.on_answer = on_status,
		.arg = r,
		.fd = -1,
	};

	machine_ask(r->watch->machine, &ask);
}

void request_send(struct watch *w, bool again, const char *caller, const char *reason,
		  watch_told_fn *told, void *arg)
{
	struct request *r = xcalloc(1, sizeof(*r));
	enum incident_event event = again ? EVENT_SEND_AGAIN : EVENT_SEND;

	fault_point("request: received");
	r->watch = w;
	r->what = (struct happening){.event = event, .told = told, .arg = arg};
	r->what.requested_by = xstrdup(caller);
	r->what.reason = reason ? xstrdup(reason) : NULL;
	snprintf(r->what.cause, sizeof(r->what.cause), "asked for by %s%s", caller,
		 again ? ", knowing that an earlier NMI may have been sent" : "");
	if (state_transition(w->state, event).action == ACTION_JOIN) {
		watch_happen(w, &r->what);
		free(r);
		return;
	}
	ask_status(r);
}
