/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Readiness: one record for each thing that an interrupt needs in order to yield a dump.
 *
 * To add a check:
 *   1. write guest/check_<name>.c, ending in one `const struct guest_check`;
 *   2. list it in guest/checks.c, the most needed first, and in guest/meson.build;
 *   3. a tree that passes and one that fails in tests/unit/guest/check.c.
 * The channel carries checks by name, so the host need not change.
 */
#pragma once
#include "channel/message.h"
#include "guest/guest.h"

struct guest_check {
	const char *name; /* as the channel spells it */
	const char *summary;
	/* Sets state, value and words; they come as UNKNOWN, CHANNEL_VALUE_UNKNOWN and empty. */
	void (*look)(const struct guest_options *options, struct channel_check *out);
};

extern const struct guest_check *const guest_checks[]; /* ends in NULL */

extern const struct guest_check check_kdump_loaded;
extern const struct guest_check check_crash_reservation;
extern const struct guest_check check_unknown_nmi_panic;
extern const struct guest_check check_panic_on_unrecovered_nmi;
extern const struct guest_check check_panic_on_io_nmi;
extern const struct guest_check check_crash_space;

void guest_check_say(struct channel_check *check, enum channel_check_state state, const char *fmt,
		     ...) PRINTF(3, 4);

/* All checks, and who is asked. */
void guest_readiness(const struct guest_options *options, struct channel_readiness *out);
