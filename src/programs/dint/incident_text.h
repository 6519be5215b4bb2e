/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An incident as dintd tells it, for a person. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "programs/dint/screen.h"

/* One line a stage: when, which, how many seconds after the first, and what caused it. */
void incident_text_history(const json_t *incident, FILE *file);
/* What came of it: the kernel, the panic and the verdict of its report, its dumps. */
void incident_text_outcome(const json_t *incident, FILE *file);
/* What to type next. */
void incident_text_next(const json_t *incident, FILE *file);

/* How a state is to be looked at. */
enum paint incident_text_paint(const char *state);
