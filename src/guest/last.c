/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a capture kernel: what a person reads on the console, and the reboot. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "guest/facts.h"

#define CONSOLE_S 2 /* a console that nobody reads must not hold the machine either */

static void interrupted(int number)
{
	(void)number;
}

static void say(const struct guest_options *options, const char *words, const char *end)
{
	struct sigaction on_alarm = {.sa_handler = interrupted}; /* without SA_RESTART */
	char path[GUEST_PATH_MAX], line[GUEST_WORDS + 64];
	CLEANUP(close_fd) int fd = -1;

	snprintf(line, sizeof(line), "\ndint-guest: %s%s\n", words, end);
	guest_path(options, "/dev/console", path);
	fd = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || write(fd, line, strlen(line)) < 0) {
		log_warning("%s%s", words, end);
		return;
	}
	/* what the driver still holds would go with the reboot */
	sigaction(SIGALRM, &on_alarm, NULL);
	alarm(CONSOLE_S);
	tcdrain(fd);
	alarm(0);
}

static void end_machine(const struct guest_options *options, enum guest_then then)
{
	char path[GUEST_PATH_MAX];
	CLEANUP(close_fd) int fd = -1;

	/* without a sync: what is on a disk was synced when it was written, and a disk may hang */
	reboot(then == GUEST_THEN_POWEROFF ? RB_POWER_OFF : RB_AUTOBOOT);
	guest_path(options, "/proc/sysrq-trigger", path);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, then == GUEST_THEN_POWEROFF ? "o" : "b", 1) != 1)
		log_error("the machine cannot be ended: neither reboot(2) nor SysRq works");
}

void guest_last_words(const struct guest_options *options, const char *words, enum guest_then then)
{
	static const char *const ends[] = {
		[GUEST_THEN_REBOOT] = "; rebooting",
		[GUEST_THEN_POWEROFF] = "; powering off",
		[GUEST_THEN_EXIT] = "",
	};

	say(options, words, ends[then]);
	if (then != GUEST_THEN_EXIT)
		end_machine(options, then);
}
