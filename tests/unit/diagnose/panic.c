/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include <stdlib.h>

#include "base/units.h"
#include "diagnose/panic.h"

#define LINES 8

/* A line of the log, its caller before it: "C0 Kernel panic …"; "- …" for none. */
static const struct {
	const char *name;
	const char *lines[LINES];
	bool crashed;
	const char *trigger, *message; /* no message: NULL */
	int cpu, pid;		       /* cpu -1: not told */
	const char *comm;
} logs[] = {
	{"an NMI, and where CPU 0 was",
	 {"C0 Uhhuh. NMI received for unknown reason 21 on CPU 0.",
	  "C0 Kernel panic - not syncing: NMI: Not continuing",
	  "C0 CPU: 0 PID: 0 Comm: swapper/0 Kdump: loaded Tainted: G OE 6.1.0 #1",
	  "C1 CPU: 1 PID: 7 Comm: other Not tainted 6.1.0 #1"},
	 true,
	 "nmi",
	 "NMI: Not continuing",
	 0,
	 0,
	 "swapper/0"},
	{"another CPU speaks first",
	 {"C0 Kernel panic - not syncing: NMI: Not continuing",
	  "C1 CPU: 1 PID: 7 Comm: other Not tainted 6.1.0 #1",
	  "C0 CPU: 0 UID: 0 PID: 245 Comm: sumup Not tainted 6.12 #1"},
	 false,
	 "nmi",
	 "NMI: Not continuing",
	 0,
	 245,
	 "sumup"},
	{"two places, and the log keeps no callers",
	 {"- Kernel panic - not syncing: NMI: Not continuing",
	  "- CPU: 1 PID: 7 Comm: other Not tainted 5.4 #1",
	  "- CPU: 0 PID: 245 Comm: sumup Not tainted 5.4 #1"},
	 false,
	 "nmi",
	 "NMI: Not continuing",
	 -1,
	 0,
	 NULL},
	{"an oops that is fatal",
	 {"T9 BUG: kernel NULL pointer dereference, address: 0000000000000010",
	  "T9 Oops: 0002 [#1] PREEMPT SMP NOPTI",
	  "T9 CPU: 3 PID: 9 Comm: a name (x) Tainted: G W 6.1.0 #1",
	  "T9 Kernel panic - not syncing: Fatal exception in interrupt"},
	 false,
	 "oops",
	 "Fatal exception in interrupt",
	 3,
	 9,
	 "a name (x)"},
	{"the later one of two oopses",
	 {"T9 BUG: unable to handle page fault for address: ffff",
	  "T9 CPU: 3 PID: 9 Comm: one Not tainted",
	  "T8 general protection fault, probably for x: 0000 [#2] SMP",
	  "T8 CPU: 1 PID: 8 Comm: two Tainted: G D",
	  "T8 Kernel panic - not syncing: Fatal exception"},
	 false,
	 "oops",
	 "Fatal exception",
	 1,
	 8,
	 "two"},
	{"an oops into the capture kernel, without the message",
	 {"T9 kernel BUG at mm/slub.c:1!", "T9 CPU: 3 PID: 9 Comm: one Not tainted 6.1"},
	 true,
	 "oops",
	 NULL,
	 3,
	 9,
	 "one"},
	{"an oops that was survived",
	 {"T9 kernel BUG at mm/slub.c:1!", "T9 CPU: 3 PID: 9 Comm: one Not tainted 6.1",
	  "T1 all is well"},
	 false,
	 "none",
	 NULL,
	 -1,
	 0,
	 NULL},
	{"an oops long ago, then an NMI",
	 {"T9 kernel BUG at mm/slub.c:1!", "T9 CPU: 3 PID: 9 Comm: one Not tainted 6.1",
	  "C0 Kernel panic - not syncing: NMI: Not continuing",
	  "C0 CPU: 0 PID: 0 Comm: swapper/0 Tainted: G D 6.1"},
	 false,
	 "nmi",
	 "NMI: Not continuing",
	 0,
	 0,
	 "swapper/0"},
	{"sysrq",
	 {"T1 sysrq: Trigger a crash", "T1 Kernel panic - not syncing: sysrq triggered crash"},
	 true,
	 "sysrq",
	 "sysrq triggered crash",
	 -1,
	 0,
	 NULL},
	{"a watchdog",
	 {"C2 Kernel panic - not syncing: softlockup: hung tasks"},
	 true,
	 "watchdog",
	 "softlockup: hung tasks",
	 -1,
	 0,
	 NULL},
	{"no memory",
	 {"T1 Kernel panic - not syncing: System is deadlocked on memory"},
	 true,
	 "oom",
	 "System is deadlocked on memory",
	 -1,
	 0,
	 NULL},
	{"init",
	 {"T1 Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000009"},
	 true,
	 "init",
	 "Attempted to kill init! exitcode=0x00000009",
	 -1,
	 0,
	 NULL},
	{"something else, in two lines",
	 {"T1 Kernel panic - not syncing: VFS: no root\nmore"},
	 true,
	 "other",
	 "VFS: no root",
	 -1,
	 0,
	 NULL},
	{"a crash that the log does not tell",
	 {"T1 all is well"},
	 true,
	 "other",
	 NULL,
	 -1,
	 0,
	 NULL},
	{"nothing", {"T1 all is well"}, false, "none", NULL, -1, 0, NULL},
	{"places that are none",
	 {"C0 Kernel panic - not syncing: NMI: Not continuing",
	  "C0 CPU: x PID: 0 Comm: swapper/0 Not tainted",
	  "C0 CPU: 0 PID: 99999999999 Comm: swapper/0 Not tainted",
	  "C0 CPU: 0 PID: 1 Comm: no end of it"},
	 false,
	 "nmi",
	 "NMI: Not continuing",
	 -1,
	 0,
	 NULL},
};

static void feed(struct panic_scan *scan, const char *line)
{
	struct printk_record record = {0};

	record.text = strchr(line, ' ') + 1;
	record.n = strlen(record.text);
	record.has_caller = line[0] != '-';
	if (record.has_caller)
		record.caller_id = (uint32_t)strtoul(line + 1, NULL, 10) |
				   (line[0] == 'C' ? PRINTK_CALLER_CPU : 0);
	panic_scan_record(scan, &record);
}

static void the_log_tells_what_happened(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		struct panic_scan scan = {0};

		for (size_t line = 0; line < LINES && logs[i].lines[line]; line++)
			feed(&scan, logs[i].lines[line]);
		struct panic_place place = panic_place(&scan, logs[i].crashed);

		assert_string_equal(panic_trigger(&scan, logs[i].crashed), logs[i].trigger);
		assert_string_equal(scan.message, logs[i].message ? logs[i].message : "");
		assert_int_equal(place.known, logs[i].cpu >= 0);
		if (place.known) {
			assert_int_equal(place.cpu, logs[i].cpu);
			assert_int_equal(place.pid, logs[i].pid);
			assert_string_equal(place.comm, logs[i].comm);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_log_tells_what_happened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
