/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From facts to words, the strongest reason first. */
#include "incident/health.h"

#include <string.h>

#include "base/units.h"
#include "incident/console_file.h"
#include "incident/power.h"
#include "incident/site.h"

/* ---- how it runs ---- */

static const struct {
	const char *word; /* QEMU's RunState */
	enum health_power power;
	const char *impaired; /* why; NULL: it is not */
} run_states[] = {
	{"running", HEALTH_RUNNING, NULL},
	{"paused", HEALTH_RUNNING, "its CPUs are paused"},
	{"suspended", HEALTH_RUNNING, "the guest sleeps (ACPI S3)"},
	{"io-error", HEALTH_RUNNING, "it was paused because a disk failed"},
	{"internal-error", HEALTH_RUNNING, "it was paused because the hypervisor failed"},
	{"watchdog", HEALTH_RUNNING, "it was paused by its watchdog"},
	{"guest-panicked", HEALTH_RUNNING, "its kernel panicked"},
	{"debug", HEALTH_RUNNING, "it was paused by a debugger"},
	{"save-vm", HEALTH_RUNNING, NULL},
	{"restore-vm", HEALTH_RUNNING, NULL},
	{"finish-migrate", HEALTH_RUNNING, NULL},
	{"colo", HEALTH_RUNNING, NULL},
	{"prelaunch", HEALTH_PENDING, NULL},
	{"inmigrate", HEALTH_PENDING, NULL},
	{"postmigrate", HEALTH_STOPPED, NULL},
	{"shutdown", HEALTH_STOPPED, NULL},
	{"", HEALTH_PENDING, NULL},
};

static void judge_running(const struct health_facts *f, struct health *h)
{
	h->power = HEALTH_RUNNING; /* a word of a later QEMU: it is there, at least */
	for (size_t i = 0; i < ARRAY_SIZE(run_states); i++) {
		if (strcmp(f->run_state, run_states[i].word))
			continue;
		h->power = run_states[i].power;
		h->why = run_states[i].impaired;
	}
	if (h->why) {
		h->guest = HEALTH_IMPAIRED;
		h->guest_since_us = f->run_since_us;
	}
	if (h->power == HEALTH_RUNNING && f->stopping)
		h->power = HEALTH_STOPPING;
	if (h->power == HEALTH_STOPPED && f->starting)
		h->power = HEALTH_PENDING;
}

/* ---- its incident ---- */

/* What a state says of the guest until it boots again. */
static const struct {
	enum health_word word;
	const char *why;
} of_states[STATES] = {
	[STATE_INJECTING] = {HEALTH_IMPAIRED, "a diagnostic interrupt is being sent"},
	[STATE_INJECTED] = {HEALTH_IMPAIRED, "a diagnostic interrupt was sent"},
	[STATE_UNCERTAIN] = {HEALTH_IMPAIRED, "a diagnostic interrupt may have been sent"},
	[STATE_PANICKED] = {HEALTH_IMPAIRED, "its kernel panicked"},
	[STATE_CAPTURING] = {HEALTH_IMPAIRED, "its capture kernel saves the memory"},
	[STATE_REBOOTED] = {HEALTH_INITIALIZING, "it boots after the capture"},
	[STATE_TRANSFERRING] = {HEALTH_IMPAIRED, "its dump is on the way"},
	[STATE_CAPTURE_STALLED] = {HEALTH_IMPAIRED, "its capture made no progress"},
	[STATE_CAPTURED] = {HEALTH_IMPAIRED, "it has not booted since its memory was saved"},
	[STATE_ANALYSED] = {HEALTH_IMPAIRED, "it has not booted since its memory was saved"},
	[STATE_CAPTURED_UNREADABLE] = {HEALTH_IMPAIRED,
				       "it has not booted since its memory was saved"},
	[STATE_UNCERTAIN_ENDED] = {HEALTH_INSUFFICIENT,
				   "a diagnostic interrupt may have been sent, and nothing came of "
				   "it"},
	[STATE_NO_DUMP] = {HEALTH_IMPAIRED, "it has not booted since it was interrupted"},
};

/* A guest that speaks from the system after the incident began has booted, for the incident's end
 * states that are reached without a reset are those of a guest that hung. */
static uint64_t last_boot_us(const struct health_facts *f)
{
	return f->booted_us > f->guest_up_us ? f->booted_us : f->guest_up_us;
}

static void judge_incident(const struct health_facts *f, struct health *h)
{
	bool recovered = last_boot_us(f) > f->opened_us;

	if (!of_states[f->incident].why || (recovered && f->incident != STATE_REBOOTED))
		return;
	h->guest = of_states[f->incident].word;
	h->guest_since_us = f->opened_us;
	h->why = of_states[f->incident].why;
}

/* ---- its boot ---- */

static bool is_booting(const struct health_facts *f)
{
	uint64_t since = f->now_us > f->booted_us ? f->now_us - f->booted_us : 0;

	if (!f->booted_us || since > HEALTH_BOOT_US || f->guest_up_us > f->booted_us)
		return false;
	if (!f->has_console)
		return since < HEALTH_BLIND_US;
	if (f->console_us < f->booted_us)
		return since < HEALTH_BLIND_US;
	return f->now_us < f->console_us + HEALTH_QUIET_US;
}

static void judge_guest(const struct health_facts *f, struct health *h)
{
	if (h->guest == HEALTH_IMPAIRED)
		return;
	judge_incident(f, h);
	if (h->guest != HEALTH_OK)
		return;
	if (is_booting(f)) {
		h->guest = HEALTH_INITIALIZING;
		h->why = "it boots";
	} else if (!f->reachable) {
		h->guest = HEALTH_INSUFFICIENT;
		h->why = "its hypervisor cannot be reached";
	}
}

/* ---- its hypervisor ---- */

static void judge_host(const struct health_facts *f, struct health *h)
{
	if (f->reachable)
		return;
	h->host = HEALTH_INSUFFICIENT;
	if (!*f->run_state || f->now_us < f->reachable_since_us + HEALTH_LOST_US)
		return;
	h->host = HEALTH_IMPAIRED;
	h->host_since_us = f->reachable_since_us;
}

void health_judge(const struct health_facts *f, struct health *h)
{
	*h = (struct health){0};
	judge_running(f, h);
	if (h->power == HEALTH_STOPPED) {
		h->guest = h->host = HEALTH_NOT_APPLICABLE;
		h->why = NULL;
		return;
	}
	judge_host(f, h);
	if (h->power == HEALTH_PENDING)
		h->guest = HEALTH_NOT_APPLICABLE;
	else
		judge_guest(f, h);
}

bool health_is_hung(const struct health *h)
{
	return h->guest == HEALTH_IMPAIRED;
}

void health_of(const struct watch *w, struct health *h)
{
	struct dint_error ignored;
	struct health_facts facts = {
		.now_us = w->site->clock->wall_us(w->site->clock),
		.reachable = !*w->problem && machine_reachable(w->machine, &ignored),
		.reachable_since_us = w->since_us,
		.run_state = w->kept.run_state,
		.run_since_us = w->kept.run_since_us,
		.booted_us = w->kept.booted_us,
		.guest_up_us = w->guest_up_us,
		.has_console = w->console_file != NULL,
		.console_us = w->console_file ? console_file_last_us(w->console_file) : 0,
		.stopping = power_is_stopping(w->power),
		.starting = power_is_starting(w->power),
		.incident = w->state,
		.opened_us = w->state == STATE_NONE ? 0 : w->row.opened_us,
	};

	health_judge(&facts, h);
}
