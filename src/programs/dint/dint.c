/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command of the person at three in the morning: finds the verb, runs it, says what went wrong.
 */
#include <stdio.h>
#include <string.h>

#include "programs/dint/help.h"
#include "programs/dint/options.h"
#include "programs/dint/screen.h"
#include "programs/exits.h"

static int complain(const char *verb, const struct dint_error *err, int status)
{
	fflush(stdout);
	fputs("dint", stderr);
	if (verb)
		fprintf(stderr, " %s", verb);
	fputs(": ", stderr);
	screen_put(stderr, err->message);
	fputc('\n', stderr);
	return status;
}

static int misused(const char *verb, const struct dint_error *err)
{
	complain(verb, err, 0);
	fprintf(stderr, "dint help%s%s says how\n", verb ? " " : "", verb ? verb : "");
	return EXIT_USAGE;
}

static int run_verb(const struct verb *verb, const char *socket, int argc, char **argv)
{
	struct dint_error err = {0};
	struct call call;
	int status = 0;

	if (!options_parse(verb, argc, argv, &call, &err))
		return misused(verb->name, &err);
	if (options_given(&call, "help")) {
		help_verb(verb, stdout);
		return 0;
	}
	if (socket && !options_given(&call, "socket"))
		call.socket = socket;
	if (!verb->run(&call, &status, &err))
		return complain(verb->name, &err, exit_status(err.code, verb->about_dump));
	return status;
}

static int no_verb(const char *word)
{
	const char *nearest = options_nearest_verb(word);
	struct dint_error err;

	if (nearest)
		dint_error_set(&err, DINT_BAD_REQUEST, "no such verb: '%.60s' (did you mean %s?)",
			       word, nearest);
	else
		dint_error_set(&err, DINT_BAD_REQUEST, "no such verb: '%.60s'", word);
	return misused(NULL, &err);
}

static int run(int argc, char **argv)
{
	struct dint_error err;
	struct call call;
	int used;

	if (!options_parse_leading(&verb_dint, argc, argv, &used, &call, &err))
		return misused(NULL, &err);
	if (options_given(&call, "version")) {
		puts("dint " DINT_VERSION);
		return 0;
	}
	if (options_given(&call, "help")) {
		help_overview(stdout);
		return 0;
	}
	if (used == argc) {
		help_overview(stderr);
		return EXIT_USAGE;
	}
	if (!verb_find(argv[used]))
		return no_verb(argv[used]);
	return run_verb(verb_find(argv[used]), options_value(&call, "socket"), argc - used - 1,
			argv + used + 1);
}

int main(int argc, char **argv)
{
	int status = run(argc - 1, argv + 1);
	struct dint_error err;

	/* an answer that never arrived is no success: a full disk, a closed pipe */
	if ((fflush(stdout) != 0 || ferror(stdout)) && status == 0) {
		dint_error_errno(&err, "stdout");
		return complain(NULL, &err, 1);
	}
	return status;
}
