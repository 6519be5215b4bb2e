/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint-guest: runs inside the machine; see src/guest. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "guest/guest.h"

enum exit_code { EXIT_READY = 0, EXIT_NOT_READY = 1, EXIT_USAGE = 2, EXIT_SYSTEM = 1 };

static const char usage[] =
	"usage: dint-guest serve [--port PATH] [--crash DIR] [--state DIR] [--rescan SECONDS]\n"
	"       dint-guest check [--crash DIR]\n"
	"       dint-guest --help | --version\n"
	"\n"
	"serve   says through the port whether an interrupt would leave a dump, and hands over "
	"the\n"
	"        dumps that lie in the crash directory, each once. Runs as a service, as root.\n"
	"check   prints the readiness; exit 0 when ready, 1 when not.\n"
	"\n"
	"  --port PATH       the port; without it the one named " GUEST_PORT_NAME "\n"
	"  --crash DIR       where kdump leaves dumps (" GUEST_CRASH_DIRECTORY ")\n"
	"  --state DIR       what was handed over (" GUEST_STATE_DIRECTORY "); remove the file of\n"
	"                    a dump there, and it is offered again\n"
	"  --rescan SECONDS  between looks for new dumps (30)\n"
	"\n"
	"example: dint-guest check && systemctl enable --now dint-guest\n";

static int complain(const char *words, const char *what)
{
	fprintf(stderr, "dint-guest: %s%s; try: dint-guest --help\n", words, what);
	return EXIT_USAGE;
}

static int serve(const struct guest_options *options)
{
	struct dint_error err;

	if (access("/proc/vmcore", F_OK) == 0) {
		log_info("this is the kernel that saves the dump: it is handed over after the "
			 "reboot");
		return 0;
	}
	guest_serve(options, &err);
	log_error("%s", err.message);
	return EXIT_SYSTEM;
}

/* Options anywhere; false after a complaint. */
static bool read_options(int argc, char **argv, struct guest_options *options)
{
	static const struct option table[] = {
		{"port", required_argument, NULL, 'p'},	  {"crash", required_argument, NULL, 'c'},
		{"state", required_argument, NULL, 's'},  {"root", required_argument, NULL, 'r'},
		{"rescan", required_argument, NULL, 'n'}, {NULL, 0, NULL, 0},
	};
	struct dint_error err;
	uint64_t seconds;

	for (int option; (option = getopt_long(argc, argv, "", table, NULL)) != -1;) {
		switch (option) {
		case 'p':
			options->port = optarg;
			break;
		case 'c':
			options->crash_directory = optarg;
			break;
		case 's':
			options->state_directory = optarg;
			break;
		case 'r':
			options->root = optarg;
			break;
		case 'n':
			if (!text_number(optarg, &seconds, &err) || !seconds || seconds > 86400)
				return complain("--rescan takes 1 to 86400 seconds, not ", optarg),
				       false;
			options->rescan_s = seconds;
			break;
		default:
			return complain("see above", ""), false;
		}
	}
	return true;
}

int main(int argc, char **argv)
{
	struct guest_options options = {
		.crash_directory = GUEST_CRASH_DIRECTORY,
		.state_directory = GUEST_STATE_DIRECTORY,
		.root = "",
		.rescan_s = GUEST_RESCAN_S,
		.clock = &system_clock,
	};
	const char *verb = argc > 1 ? argv[1] : "";

	if (strcmp(verb, "--help") == 0 || strcmp(verb, "-h") == 0)
		return fputs(usage, stdout) < 0;
	if (strcmp(verb, "--version") == 0)
		return printf("dint-guest %s\n", DINT_VERSION) < 0;
	if (strcmp(verb, "serve") != 0 && strcmp(verb, "check") != 0)
		return complain(*verb ? "no such command: " : "which command?", verb);
	if (!read_options(argc - 1, argv + 1, &options))
		return EXIT_USAGE;
	if (optind < argc - 1)
		return complain("what is this? ", argv[optind + 1]);
	if (strcmp(verb, "serve") == 0)
		return serve(&options);
	return guest_check_print(&options) ? EXIT_READY : EXIT_NOT_READY;
}
