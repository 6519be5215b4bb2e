/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"
#include "base/units.h"
#include "guest/check.h"
#include "guest/facts.h"

/* Debian's kdump-tools 1.9 went from 128M to 192M because a guest of 2 GiB ran out of memory in the
 * capture kernel (its changelog). */
#define ENOUGH_BYTES (160 * MIB)

static void crash_reservation_look(const struct guest_options *options, struct channel_check *out)
{
	char size[TEXT_SIZE];

	if (!guest_fact_number(options, "/sys/kernel/kexec_crash_size", &out->value)) {
		guest_check_say(out, CHANNEL_CHECK_UNKNOWN, "the kernel does not say");
		return;
	}
	text_size(out->value, size);
	if (!out->value)
		guest_check_say(out, CHANNEL_CHECK_FAILED,
				"no memory is reserved: add crashkernel=256M to the kernel's "
				"command line and reboot");
	else if (out->value < ENOUGH_BYTES)
		guest_check_say(out, CHANNEL_CHECK_WARNING,
				"%s are reserved; capture kernels have run out of memory with "
				"less than 160 MiB",
				size);
	else
		guest_check_say(out, CHANNEL_CHECK_OK, "%s are reserved", size);
}

const struct guest_check check_crash_reservation = {
	.name = "kexec_crash_size",
	.summary = "memory is set aside for the capture kernel",
	.look = crash_reservation_look,
};
