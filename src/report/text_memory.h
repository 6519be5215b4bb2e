/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory of a report as text. */
#pragma once
#include "report/text_internal.h"

void text_memory(const struct text *text, const json_t *report);
