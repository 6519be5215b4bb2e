/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A report (docs/report.schema.json) as text for a person.
 *
 * To show a new field: print it in text_info.c or text_report.c, where a person would look for it,
 * and add it to tests/golden/.
 */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* As much of a report as is read: a dump's log tail may be large, the rest is not. */
#define REPORT_BYTES_MAX ((size_t)64 << 20)

/* What `dint info` prints: of a whole report or of `info --json`. colour: bold labels, for a
 * terminal. */
void report_render_info(const json_t *report, FILE *to, bool colour);
/* What `dint report` prints. */
void report_render_text(const json_t *report, FILE *to, bool colour);
