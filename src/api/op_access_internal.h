/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the operations on users, keys and policies have in common: an answer after the commit. */
#pragma once
#include "api/api.h"

/* An access_done_fn: answers the call that is arg with {} in place of anything better, or refuses.
 */
void access_op_done(void *arg, const struct dint_error *err);
/* Refuses at once where the change was not even begun. */
void access_op_begun(struct api_call *call, bool begun, const struct dint_error *err);
