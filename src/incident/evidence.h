/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the NMI destroys, kept before it: run state, registers of all CPUs, the screen, the
 * console's last lines, disk counters. Within EVIDENCE_MS in all; what is late is left out, and the
 * evidence says so.
 */
#pragma once
#include "incident/watch.h"

#define EVIDENCE_MS	       1000
#define EVIDENCE_CONSOLE_BYTES 8192 /* of the console's tail: two screens and a half */

/* Ends in EVENT_PREPARED with the evidence as JSON. */
void evidence_gather(struct watch *watch);
void evidence_cancel(struct watch *watch);
