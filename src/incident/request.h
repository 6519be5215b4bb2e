/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A person's request to interrupt a machine. */
#pragma once
#include "incident/watch.h"

#define REQUEST_STATUS_MS 1000

/* Where it would open a new incident the machine is looked at first, and the request is refused
 * with nothing kept when it cannot be interrupted now: DINT_UNREACHABLE (nothing was sent, try
 * again), DINT_CONFLICT (it is not running; or an earlier NMI may have been sent and again is
 * false). told comes later, never from inside. */
void request_send(struct watch *watch, bool again, const char *caller, const char *reason,
		  watch_told_fn *told, void *arg);
