/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the caller may: the operation's permission, asked on the instance that it is about. */
#pragma once
#include "api/api.h"

/* DINT_DENIED in AWS's words; DINT_LIMIT where the key asks too often. The administrator may all.
 */
bool permission_check(const struct api_call *call, const json_t *args, struct dint_error *err);
