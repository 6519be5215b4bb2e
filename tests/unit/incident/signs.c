/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include "base/units.h"
#include "incident/signs.h"

static const struct {
	const char *name, *line;
	enum incident_event want;
} cases[] = {
	{"an ordinary line", "[    1.0] Linux version 6.1.0 (debian-kernel@lists.debian.org)",
	 EVENT_NONE},
	{"an empty line", "", EVENT_NONE},
	{"the NMI was taken for noise", "[   42.1] Dazed and confused, but trying to continue",
	 EVENT_ALIVE},
	{"the panic's end",
	 "[   12.3] ---[ end Kernel panic - not syncing: NMI: Not continuing ]---", EVENT_PANIC},
	{"the same with letters doubled by the UART",
	 "[   12.3] ---[ end Kerneel panic - not syyncing: NMI: Not continuing ]---", EVENT_PANIC},
	{"a panic that may yet start a capture kernel",
	 "[   12.3] Kernel panic - not syncing: Fatal exception", EVENT_NONE},
	{"the capture kernel's command line",
	 "[    0.0] Command line: root=/dev/vda reset_devices elfcorehdr=0x1c000000",
	 EVENT_CAPTURE},
	{"the first kernel's command line",
	 "[    0.0] Command line: root=/dev/vda crashkernel=192M", EVENT_NONE},
	{"kdump-tools", "kdump-tools[133]: running makedumpfile -F -c -d 31 /proc/vmcore",
	 EVENT_PROGRESS},
	{"kdump-config", "kdump-config: saved vmcore in /var/crash/202611250101.", EVENT_PROGRESS},
	{"makedumpfile", "Copying data                      : [ 45.3 %] /  eta: 12s",
	 EVENT_PROGRESS},
};

static void lines_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *meaning = NULL;

		if (sign_of_line(cases[i].line, &meaning) != cases[i].want)
			fail_msg("%s", cases[i].name);
		assert_true(cases[i].want == EVENT_NONE || meaning);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lines_are_told_apart)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
