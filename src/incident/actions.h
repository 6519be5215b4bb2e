/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Doing what the table decided, after it is durable. Each action ends in another event.
 *
 * To add an action: name it in incident/states.h, write incident/<name>.c, give it a row in
 * actions.c.
 */
#pragma once
#include "incident/watch.h"

void action_run(struct watch *watch, enum incident_action action);
/* Gives up what is under way; nothing more happens of it. */
void actions_cancel(struct watch *watch);
