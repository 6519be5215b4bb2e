/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What RebootInstances, StopInstances and StartInstances have in common: all instances may, or
 * nothing is done to any; the answer comes when each has taken its order. */
#pragma once
#include "ec2/action.h"
#include "incident/power.h"

struct powering {
	struct ec2_call *call;
	enum power_task task;
	enum health_power *before; /* of each target, when it was asked for */
	size_t awaited;
	struct dint_error err; /* the first; code 0: none */
	const struct watch *failed;
	void (*answer)(struct powering *powering);
};

/* answer writes what follows, where nothing failed; the powering is gone after it. idle says of a
 * machine that there is nothing to do; NULL: never. */
void powering_run(struct ec2_call *call, enum power_task task, bool (*idle)(const struct watch *),
		  void (*answer)(struct powering *powering));
/* <instancesSet> with the state of each now and before. */
void powering_write(const struct powering *powering, struct xml *x);
