/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of a machine's running, kept over a restart of dintd: watch->kept. */
#pragma once
#include "incident/watch.h"

/* Reads it; before observe_open. */
bool kept_open(struct watch *watch, struct dint_error *err);
/* The hypervisor's word for how the machine runs. */
void kept_run_state(struct watch *watch, const char *word);
/* It was reset, or started. */
void kept_booted(struct watch *watch);
