/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a line of a machine's console tells of its incident. The console is the guest's, so a line
 * may lie: it can open or move an incident, and it can never send an NMI.
 *
 * To add a sign: a row in signs.c, and its case in tests/unit/incident/signs.c.
 */
#pragma once
#include "incident/states.h"

/* The event that a complete line stands for, EVENT_NONE for nearly all; *meaning says in words what
 * was seen. Serial consoles sometimes double a letter in a panic ("syyncing"): that is forgiven. */
enum incident_event sign_of_line(const char *line, const char **meaning);
