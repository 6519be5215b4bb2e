/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a verb does whose answer is a JSON document of dint-analyze's: reads it and shows it. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "programs/dint/verb.h"

/* Of the dump that the call's argument means; with --json as dint-analyze writes it. */
bool document_show(const struct call *call,
		   void (*render)(const json_t *document, FILE *to, bool colour), int *status,
		   struct dint_error *err);
