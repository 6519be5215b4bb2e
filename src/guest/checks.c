/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>

#include "guest/facts.h"

const struct guest_check *const guest_checks[] = {
	&check_kdump_loaded,
	&check_crash_reservation,
	&check_unknown_nmi_panic,
	&check_panic_on_unrecovered_nmi,
	&check_panic_on_io_nmi,
	&check_crash_space,
	NULL,
};

void guest_check_say(struct channel_check *check, enum channel_check_state state, const char *fmt,
		     ...)
{
	va_list args;

	check->state = state;
	va_start(args, fmt);
	vsnprintf(check->words, sizeof(check->words), fmt, args);
	va_end(args);
}

static void look(const struct guest_options *options, const struct guest_check *check,
		 struct channel_check *out)
{
	*out = (struct channel_check){
		.state = CHANNEL_CHECK_UNKNOWN,
		.value = CHANNEL_VALUE_UNKNOWN,
	};
	snprintf(out->name, sizeof(out->name), "%s", check->name);
	check->look(options, out);
}

void guest_readiness(const struct guest_options *options, struct channel_readiness *out)
{
	struct utsname names;
	struct statvfs space;

	*out = (struct channel_readiness){.free_bytes = CHANNEL_VALUE_UNKNOWN};
	guest_fact_boot_id(options, out->boot_id);
	guest_fact_number(options, "/proc/uptime", &out->uptime_s);
	if (statvfs(options->crash_directory, &space) == 0)
		out->free_bytes = (uint64_t)space.f_bavail * space.f_frsize;
	uname(&names);
	snprintf(out->kernel, sizeof(out->kernel), "%s", names.release);
	snprintf(out->host_name, sizeof(out->host_name), "%s", names.nodename);
	snprintf(out->version, sizeof(out->version), "%s", DINT_VERSION);
	snprintf(out->crash_directory, sizeof(out->crash_directory), "%s",
		 options->crash_directory);
	while (guest_checks[out->n_checks]) {
		look(options, guest_checks[out->n_checks], &out->checks[out->n_checks]);
		out->n_checks++;
	}
}
