/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint-guest: runs inside the machine; see src/guest. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "guest/guest.h"

enum exit_code { EXIT_READY = 0, EXIT_NOT_READY = 1, EXIT_USAGE = 2, EXIT_SYSTEM = 1 };

static const char usage[] =
	"usage: dint-guest serve [--port PATH] [--crash DIR] [--state DIR] [--rescan SECONDS]\n"
	"       dint-guest check [--crash DIR]\n"
	"       dint-guest capture [--port PATH] [--deadline SECONDS]\n"
	"                          [--then reboot|poweroff|exit] [--fallback DIR] -- COMMAND…\n"
	"       dint-guest --help | --version\n"
	"\n"
	"serve    says through the port whether an interrupt would leave a dump, and hands over\n"
	"         the dumps that lie in the crash directory, each once. Runs as a service, as "
	"root.\n"
	"check    prints the readiness; exit 0 when ready, 1 when not.\n"
	"capture  runs in the capture kernel: sends what COMMAND writes through the port, waits\n"
	"         until the host has stored it, says so on /dev/console, and reboots. With --then\n"
	"         exit: 0 when the dump is safe, 1 when it is lost.\n"
	"\n"
	"  --port PATH         the port; without it the one named " GUEST_PORT_NAME "\n"
	"  --crash DIR         where kdump leaves dumps (" GUEST_CRASH_DIRECTORY ")\n"
	"  --state DIR         what was handed over (" GUEST_STATE_DIRECTORY "); remove the file\n"
	"                      of a dump there, and it is offered again\n"
	"  --rescan SECONDS    between looks for new dumps (30)\n"
	"  --deadline SECONDS  how long the host may be absent or silent (60); one that speaks "
	"and\n"
	"                      takes nothing, and a COMMAND that writes nothing, have ten times "
	"that\n"
	"  --then WHAT         afterwards, whatever became of the dump (reboot)\n"
	"  --fallback DIR      on a mounted disk: where no host takes the dump, COMMAND is run "
	"again\n"
	"                      and its output kept as DIR/STAMP/dump.STAMP\n"
	"\n"
	"example: dint-guest check && systemctl enable --now dint-guest\n"
	"         dint-guest capture -- makedumpfile -F -d 31 /proc/vmcore\n";

/* What the command line says. */
struct settings {
	struct guest_options guest;
	unsigned deadline_s;
	enum guest_then then;
	const char *fallback;
};

static int complain(const char *words, const char *what)
{
	fprintf(stderr, "dint-guest: %s%s; try: dint-guest --help\n", words, what);
	return EXIT_USAGE;
}

static int serve(const struct settings *settings, char **rest)
{
	struct dint_error err;

	if (*rest)
		return complain("what is this? ", *rest);
	if (access("/proc/vmcore", F_OK) == 0) {
		log_info("this is the kernel that saves the dump: it is handed over after the "
			 "reboot");
		return 0;
	}
	guest_serve(&settings->guest, &err);
	log_error("%s", err.message);
	return EXIT_SYSTEM;
}

static int check(const struct settings *settings, char **rest)
{
	if (*rest)
		return complain("what is this? ", *rest);
	return guest_check_print(&settings->guest) ? EXIT_READY : EXIT_NOT_READY;
}

static int capture(const struct settings *settings, char **rest)
{
	struct guest_capture_options options = {
		.guest = settings->guest,
		.command = rest,
		.deadline_s = settings->deadline_s,
		.fallback = settings->fallback,
	};
	char words[GUEST_WORDS];
	bool safe;

	if (!*rest)
		return complain("which command makes the dump?", "");
	safe = guest_capture(&options, words);
	guest_last_words(&options.guest, words, settings->then);
	return safe ? 0 : EXIT_SYSTEM;
}

static bool read_seconds(const char *option, const char *text, unsigned *seconds)
{
	struct dint_error err;
	uint64_t value;

	if (text_number(text, &value, &err) && value && value <= 86400) {
		*seconds = value;
		return true;
	}
	fprintf(stderr, "dint-guest: %s takes 1 to 86400 seconds, not %s\n", option, text);
	return false;
}

static bool read_then(const char *text, enum guest_then *then)
{
	static const char *const names[] = {
		[GUEST_THEN_REBOOT] = "reboot",
		[GUEST_THEN_POWEROFF] = "poweroff",
		[GUEST_THEN_EXIT] = "exit",
	};

	for (*then = GUEST_THEN_REBOOT; *then <= GUEST_THEN_EXIT; ++*then)
		if (strcmp(names[*then], text) == 0)
			return true;
	return complain("--then takes reboot, poweroff or exit, not ", text), false;
}

/* Up to what is no option; false after a complaint. */
static bool read_options(int argc, char **argv, struct settings *settings)
{
	static const struct option table[] = {
		{"port", required_argument, NULL, 'p'},	    {"crash", required_argument, NULL, 'c'},
		{"state", required_argument, NULL, 's'},    {"root", required_argument, NULL, 'r'},
		{"rescan", required_argument, NULL, 'n'},   {"then", required_argument, NULL, 't'},
		{"deadline", required_argument, NULL, 'd'}, {"help", no_argument, NULL, 'h'},
		{"fallback", required_argument, NULL, 'f'}, {NULL, 0, NULL, 0},
	};
	struct guest_options *guest = &settings->guest;
	bool right = true;

	for (int option; right && (option = getopt_long(argc, argv, "+h", table, NULL)) != -1;) {
		switch (option) {
		case 'p':
			guest->port = optarg;
			break;
		case 'c':
			guest->crash_directory = optarg;
			break;
		case 's':
			guest->state_directory = optarg;
			break;
		case 'r':
			guest->root = optarg;
			break;
		case 'f':
			settings->fallback = optarg;
			break;
		case 'n':
			right = read_seconds("--rescan", optarg, &guest->rescan_s);
			break;
		case 'd':
			right = read_seconds("--deadline", optarg, &settings->deadline_s);
			break;
		case 't':
			right = read_then(optarg, &settings->then);
			break;
		case 'h':
			exit(fputs(usage, stdout) < 0);
		default:
			return complain("see above", ""), false;
		}
	}
	return right;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const struct settings *settings, char **rest);
	} verbs[] = {{"serve", serve}, {"check", check}, {"capture", capture}};
	struct settings settings = {
		.guest = {.crash_directory = GUEST_CRASH_DIRECTORY,
			  .state_directory = GUEST_STATE_DIRECTORY,
			  .root = "",
			  .rescan_s = GUEST_RESCAN_S,
			  .clock = &system_clock},
		.deadline_s = GUEST_DEADLINE_S,
	};
	const char *verb = argc > 1 ? argv[1] : "";

	if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0)
		return fputs(usage, stdout) < 0;
	if (strcmp(verb, "--version") == 0)
		return printf("dint-guest %s\n", DINT_VERSION) < 0;
	for (unsigned i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verb, verbs[i].name) == 0)
			return read_options(argc - 1, argv + 1, &settings)
				       ? verbs[i].run(&settings, argv + 1 + optind)
				       : EXIT_USAGE;
	return complain(*verb ? "no such command: " : "which command?", verb);
}
