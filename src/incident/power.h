/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stopping, starting and rebooting a machine, which may take minutes: the power button is a wish,
 * and what becomes of it shows in the machine's events.
 *
 *	stop:    button → (the guest minds) | (power_deadline is over: forced: quit; else given up)
 *	reboot:  hung: reset.  else button → (shut down: start again) | (power_deadline: reset)
 *	start:   a guest that is shut down: reset, and go on.  a process that is gone: the command
 *
 * All three are refused (DINT_CONFLICT) while a dump may be in the making: between `injecting` and
 * `captured`; and a deadline that passes then does nothing.
 */
#pragma once
#include "incident/watch.h"

/* A start command's machine is pending so long, unless it is reached before or the command fails.
 */
#define POWER_START_MS 120000

enum power_task {
	POWER_STOP,
	POWER_FORCED_STOP,
	POWER_QUIT, /* its process ends at once */
	POWER_REBOOT,
	POWER_START,
};

/* Called once, never from inside power_do of the same task: the machine (or the start command) took
 * the first order, or why not. DINT_UNSUPPORTED: it cannot be done with this machine;
 * DINT_UNREACHABLE, DINT_TIMEOUT: nothing was done; DINT_CONFLICT. */
typedef void power_done_fn(void *arg, const struct dint_error *err);

/* Whether the task would be refused for the machine's state, before it is asked for. */
bool power_allowed(const struct watch *watch, enum power_task task, struct dint_error *err);
void power_do(struct watch *watch, enum power_task task, power_done_fn *done, void *arg);

struct power;
/* What is under way; NULL takes false. */
bool power_is_stopping(const struct power *power);
bool power_is_starting(const struct power *power);

/* What the machine's driver told. */
void power_notice(struct watch *watch, enum machine_event_kind kind);
/* When the watch closes: nothing more is done. */
void power_cancel(struct watch *watch);
