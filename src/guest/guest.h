/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What runs inside the machine: says whether an interrupt would yield a dump, and hands dumps over
 * through the port. No library but libc, also musl's.
 */
#pragma once
#include "base/clock.h"
#include "base/error.h"

struct guest_options {
	const char *port; /* a port, or a UNIX socket (tests); NULL: the one named below */
	const char *crash_directory; /* where kdump leaves dumps */
	const char *state_directory; /* what was handed over; kept over reboots */
	const char *root;	     /* before /proc, /sys and /dev: "" but in tests */
	unsigned rescan_s;	     /* between looks for new dumps */
	const struct clock *clock;
};

#define GUEST_PORT_NAME	      "org.dint.guest.0"
#define GUEST_CRASH_DIRECTORY "/var/crash"
#define GUEST_STATE_DIRECTORY "/var/lib/dint-guest"
#define GUEST_RESCAN_S	      30

/* Serves the port for ever; returns only with an error that trying again will not mend. */
bool guest_serve(const struct guest_options *options, struct dint_error *err);

/* Prints the readiness for a person; whether the machine is ready. */
bool guest_check_print(const struct guest_options *options);
