/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part that info and report share. */
#pragma once
#include "report/text_internal.h"

void text_info(const struct text *text, const json_t *report);
