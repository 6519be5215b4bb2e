/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `dint-guest check`: the readiness for a person. */
#include <stdio.h>

#include "base/cleanup.h"
#include "guest/check.h"
#include "guest/port.h"

static const char *const words[] = {
	[CHANNEL_CHECK_OK] = "ok",
	[CHANNEL_CHECK_WARNING] = "warning",
	[CHANNEL_CHECK_FAILED] = "FAILED",
	[CHANNEL_CHECK_UNKNOWN] = "unknown",
};

bool guest_check_print(const struct guest_options *options)
{
	struct channel_readiness readiness;
	bool ready;

	guest_readiness(options, &readiness);
	ready = channel_readiness_ready(&readiness);
	for (unsigned i = 0; i < readiness.n_checks; i++) {
		const struct channel_check *check = &readiness.checks[i];

		printf("%-8s %-25s %s\n", words[check->state], check->name, check->words);
	}
	printf("%s\n", ready ? "ready: an interrupt leaves a dump"
			     : "not ready: an interrupt would leave no dump");
	return ready;
}
