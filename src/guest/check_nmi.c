/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What Linux does with an NMI that nobody claims (arch/x86/kernel/nmi.c): by the reason that port
 * 0x61 gives, one of three sysctls decides whether it panics. A hypervisor's NMI comes with no
 * reason, and one without a device at that port reads as SERR: so set all three.
 */
#include "guest/check.h"
#include "guest/facts.h"

#define UNKNOWN_NMI	"/proc/sys/kernel/unknown_nmi_panic"
#define UNRECOVERED_NMI "/proc/sys/kernel/panic_on_unrecovered_nmi"
#define IO_NMI		"/proc/sys/kernel/panic_on_io_nmi"

/* Whether there is something to complain of. */
static bool unset(const struct guest_options *options, const char *path, struct channel_check *out)
{
	if (!guest_fact_number(options, path, &out->value))
		guest_check_say(out, CHANNEL_CHECK_UNKNOWN, "this kernel does not have it");
	else if (out->value)
		guest_check_say(out, CHANNEL_CHECK_OK, "set");
	else
		return true;
	return false;
}

static void unknown_nmi_look(const struct guest_options *options, struct channel_check *out)
{
	uint64_t other = 0;

	if (!unset(options, UNKNOWN_NMI, out))
		return;
	if (guest_fact_number(options, UNRECOVERED_NMI, &other) && other)
		guest_check_say(out, CHANNEL_CHECK_WARNING,
				"not set; panic_on_unrecovered_nmi does its work, set both");
	else
		guest_check_say(out, CHANNEL_CHECK_FAILED,
				"an NMI is ignored: sysctl -w kernel.unknown_nmi_panic=1, and in "
				"/etc/sysctl.d/ for the next boot");
}

static void unrecovered_nmi_look(const struct guest_options *options, struct channel_check *out)
{
	if (unset(options, UNRECOVERED_NMI, out))
		guest_check_say(out, CHANNEL_CHECK_WARNING,
				"an NMI that looks like a bus error is ignored: sysctl -w "
				"kernel.panic_on_unrecovered_nmi=1");
}

static void io_nmi_look(const struct guest_options *options, struct channel_check *out)
{
	if (unset(options, IO_NMI, out))
		guest_check_say(out, CHANNEL_CHECK_WARNING,
				"an NMI that looks like an I/O check is ignored: sysctl -w "
				"kernel.panic_on_io_nmi=1");
}

const struct guest_check check_unknown_nmi_panic = {
	.name = "unknown_nmi_panic",
	.summary = "an NMI without a reason panics",
	.look = unknown_nmi_look,
};

const struct guest_check check_panic_on_unrecovered_nmi = {
	.name = "panic_on_unrecovered_nmi",
	.summary = "an NMI that looks like a bus error panics",
	.look = unrecovered_nmi_look,
};

const struct guest_check check_panic_on_io_nmi = {
	.name = "panic_on_io_nmi",
	.summary = "an NMI that looks like an I/O check panics",
	.look = io_nmi_look,
};
