/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Printing values that may be missing, of another kind, or hostile. */
#pragma once
#include "report/report.h"
#include "json/read.h"

struct text {
	FILE *to;
	bool colour;
};

/* The label in its column; what follows is the caller's. */
void text_label(const struct text *text, const char *label);
void text_heading(const struct text *text, const char *heading);
/* A string of the report, escaped; `otherwise` where there is none. */
void text_put(const struct text *text, const json_t *object, const char *key,
	      const char *otherwise);
/* Bytes of the report, escaped. */
void text_put_bytes(const struct text *text, const void *bytes, size_t n);
void text_put_string(const struct text *text, const json_t *string);
/* Label, value, end of line; nothing at all where the value is absent. */
void text_field(const struct text *text, const char *label, const json_t *object, const char *key);
/* What is not known, by reason; nothing where all is. */
void text_gaps(const struct text *text, const json_t *report);
