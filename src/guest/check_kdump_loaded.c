/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/check.h"
#include "guest/facts.h"

/* Linux kernel/ksysfs.c: 1 while a crash image is loaded by kexec. */
static void kdump_loaded_look(const struct guest_options *options, struct channel_check *out)
{
	if (!guest_fact_number(options, "/sys/kernel/kexec_crash_loaded", &out->value))
		guest_check_say(out, CHANNEL_CHECK_FAILED,
				"this kernel has no kexec: it cannot save a dump");
	else if (out->value)
		guest_check_say(out, CHANNEL_CHECK_OK, "a capture kernel is loaded");
	else
		guest_check_say(out, CHANNEL_CHECK_FAILED,
				"no capture kernel is loaded: start kdump (Debian: kdump-config "
				"load; Red Hat, SUSE: systemctl start kdump)");
}

const struct guest_check check_kdump_loaded = {
	.name = "kdump_loaded",
	.summary = "a capture kernel is loaded and takes over at a panic",
	.look = kdump_loaded_look,
};
