/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds, starts and reads dint-analyze. A dump's descriptor is handed down as --fd N. */
#include "programs/dint/analyze.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/io.h"
#include "base/units.h"
#include "programs/beside.h"
#include "programs/dint/options.h"
#include "json/json.h"

#define PROGRAM	    "dint-analyze"
#define ARGV_MAX    (4 + ANALYZE_OPTIONS_MAX + 2 * VERB_PARTS_MAX + 2 + VERB_WORDS_MAX + 1)
#define PIECE_BYTES 65536

extern char **environ;

struct command {
	char *program;
	char *dump; /* a path, or a descriptor's number */
	char *argv[ARGV_MAX];
};

static void command_done(struct command *command)
{
	free(command->program);
	free(command->dump);
}

/* The options of a verb as they were given, but for those of every verb. */
struct options {
	const char *words[ANALYZE_OPTIONS_MAX + 1];
	char *names[VERB_OPTIONS_MAX];
};

static void options_done(struct options *options)
{
	for (size_t i = 0; i < VERB_OPTIONS_MAX; i++)
		free(options->names[i]);
}

static void options_collect(const struct call *call, struct options *options)
{
	const struct verb_option *option;
	size_t n = 0;

	for (size_t i = 0; i < VERB_OPTIONS_MAX && (option = options_at(call->verb, i)); i++) {
		if (!call->values[i] || options_is_common(option))
			continue;
		options->names[i] = xasprintf("--%s", option->name);
		options->words[n++] = options->names[i];
		if (option->value)
			options->words[n++] = call->values[i];
	}
}

static char *find_program(void)
{
	const char *wanted = getenv("DINT_ANALYZE");

	return wanted && *wanted ? xstrdup(wanted) : beside_program(PROGRAM);
}

static void command_init(struct command *command, const char *verb, const struct source *source,
			 const char *const *options, const char *const *words)
{
	size_t n = 0;

	memset(command, 0, sizeof(*command));
	command->program = find_program();
	command->argv[n++] = command->program;
	command->argv[n++] = (char *)verb;
	for (size_t i = 0; options && options[i] && i < ANALYZE_OPTIONS_MAX; i++)
		command->argv[n++] = (char *)options[i];
	for (size_t i = 0; source->parts && source->parts[i]; i++) {
		command->argv[n++] = (char *)"--part";
		command->argv[n++] = (char *)source->parts[i];
	}
	if (source->debuginfo) {
		command->argv[n++] = (char *)"--debuginfo";
		command->argv[n++] = (char *)source->debuginfo;
	}
	if (source->path) { /* a name that starts with '-' is no option */
		command->dump = xasprintf("%s%s", source->path[0] == '-' ? "./" : "", source->path);
	} else {
		command->dump = xasprintf("%d", source->fd);
		command->argv[n++] = (char *)"--fd";
	}
	command->argv[n++] = command->dump;
	for (size_t i = 0; words && words[i] && i < VERB_WORDS_MAX; i++)
		command->argv[n++] = (char *)words[i];
}

static bool not_started(const char *program, int number, struct dint_error *err)
{
	return dint_fail(err, DINT_SYSTEM,
			 "%.120s: %s (it is looked for beside dint, where packages put it "
			 "and in PATH; $DINT_ANALYZE names another)",
			 program, strerror(number));
}

static pid_t start(const char *verb, const struct source *source, const char *const *options,
		   const char *const *words, int out_fd, struct dint_error *err)
{
	CLEANUP(command_done) struct command command;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	pid_t child = -1;
	int failed;

	command_init(&command, verb, source, options, words);
	if (posix_spawn_file_actions_init(&actions) != 0 || posix_spawnattr_init(&attributes) != 0)
		abort();
	sigemptyset(&none); /* whatever we hold back, it shall be ended by */
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
	if (source->fd >= 0) /* onto itself: it stays open in the child */
		posix_spawn_file_actions_adddup2(&actions, source->fd, source->fd);
	failed =
		posix_spawnp(&child, command.program, &actions, &attributes, command.argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (failed) {
		not_started(command.program, failed, err);
		return -1;
	}
	return child;
}

pid_t analyze_start(const char *verb, const struct source *source, const char *const *options,
		    int out_fd, struct dint_error *err)
{
	return start(verb, source, options, NULL, out_fd, err);
}

bool analyze_wait(pid_t child, int *status, struct dint_error *err)
{
	int how, signal;

	while (waitpid(child, &how, 0) < 0)
		if (errno != EINTR)
			return dint_fail_errno(err, PROGRAM);
	if (WIFEXITED(how)) {
		*status = WEXITSTATUS(how);
		return true;
	}
	signal = WTERMSIG(how);
	if (signal == SIGPIPE || signal == SIGINT || signal == SIGTERM) {
		*status = 128 + signal; /* as a shell has it: somebody wanted no more of it */
		return true;
	}
	if (signal == SIGBUS)
		return dint_fail(err, DINT_CORRUPT, "the dump was cut short while it was read");
	return dint_fail(err, DINT_CORRUPT,
			 PROGRAM " was ended by signal %d (%s): the dump is beyond it; please "
				 "report this",
			 signal, strsignal(signal));
}

bool analyze_run(const char *verb, const struct source *source, const char *const *options,
		 int *status, struct dint_error *err)
{
	pid_t child = analyze_start(verb, source, options, STDOUT_FILENO, err);

	return child >= 0 && analyze_wait(child, status, err);
}

bool analyze_pass(const struct call *call, int *status, struct dint_error *err)
{
	CLEANUP(source_done) struct source source = {.fd = -1};
	CLEANUP(options_done) struct options given = {0};
	pid_t child;

	if (!source_find(call, call->arguments[0], &source, err))
		return false;
	options_collect(call, &given);
	child = start(call->verb->name, &source, given.words, call->arguments + 1, STDOUT_FILENO,
		      err);
	return child >= 0 && analyze_wait(child, status, err);
}

static bool read_all(int fd, struct buffer *to, struct dint_error *err)
{
	for (;;) {
		ssize_t got = read(fd, buffer_room(to, PIECE_BYTES), PIECE_BYTES);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return dint_fail_errno(err, PROGRAM);
		if (!got)
			return true;
		buffer_grow(to, got);
		if (to->size > ANALYZE_REPORT_MAX)
			return dint_fail(err, DINT_CORRUPT, "a report of more than %zu bytes",
					 ANALYZE_REPORT_MAX);
	}
}

bool analyze_document(const char *verb, const struct source *source, json_t **document, int *status,
		      struct dint_error *err)
{
	static const char *const options[] = {"--json", NULL};
	CLEANUP(buffer_done) struct buffer text = {0};
	CLEANUP(close_fd) int from = -1;
	int ends[2];
	pid_t child;
	bool whole;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return dint_fail_errno(err, "pipe");
	from = ends[0];
	child = analyze_start(verb, source, options, ends[1], err);
	close_fd(&ends[1]);
	if (child < 0)
		return false;
	whole = read_all(from, &text, err);
	close_fd(&from); /* one that writes on is ended by it */
	if (!whole) {
		struct dint_error ignored;

		analyze_wait(child, status, &ignored);
		return false;
	}
	if (!analyze_wait(child, status, err))
		return false;
	if (*status != 0)
		return true;
	if (!json_parse_limited(text.bytes, text.size, ANALYZE_REPORT_MAX, document, err)) {
		err->code = DINT_SYSTEM;
		return dint_within(err, PROGRAM "'s answer");
	}
	return true;
}
