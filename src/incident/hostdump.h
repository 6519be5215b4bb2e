/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory dumped from outside, by the hypervisor, where the guest's own capture is not to be
 * had. Ends in EVENT_HOST_DUMPED or EVENT_HOST_DUMP_FAILED. */
#pragma once
#include "incident/watch.h"

/* The hypervisor writes as fast as its disk: this bounds the largest machine on the slowest one. */
#define HOSTDUMP_DEADLINE_MS (30u * 60 * 1000)

/* Does nothing where one is under way. */
void hostdump_start(struct watch *watch);
void hostdump_cancel(struct watch *watch);
