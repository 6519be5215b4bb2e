/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the caller may do what the call's record says, to all that it names. */
#pragma once
#include "ec2/action.h"

/* Sets call->fault where not. The instances need not exist: who may not ask is not told. */
bool permission_given(struct ec2_call *call);
