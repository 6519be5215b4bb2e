/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What CPUs and tasks were doing. Each prints nothing where the report has none of it. */
#pragma once
#include "report/text_internal.h"

void text_cpus(const struct text *text, const json_t *report);
void text_blocked(const struct text *text, const json_t *report);
/* A line of counts, among those of dint info. */
void text_tasks(const struct text *text, const json_t *report);
