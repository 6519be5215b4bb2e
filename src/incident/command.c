/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splitting, spawning, waiting. Its output goes where dintd's own goes: the journal. */
#include "incident/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include "base/alloc.h"
#include "base/cleanup.h"

struct command {
	char *line;
	command_done_fn *done; /* NULL: detached */
	void *arg;
};

/* With its event source: when it has ended, or the loop has. */
static void on_source_gone(void *arg)
{
	struct command *c = arg;

	free(c->line);
	free(c);
}

static int on_child(sd_event_source *source, const siginfo_t *info, void *arg)
{
	struct command *c = arg;
	struct dint_error err;

	if (info->si_code != CLD_EXITED)
		dint_error_set(&err, DINT_SYSTEM, "%s: ended by signal %d", c->line,
			       info->si_status);
	else if (info->si_status)
		dint_error_set(&err, DINT_SYSTEM, "%s: exit status %d", c->line, info->si_status);
	if (c->done)
		c->done(c->arg, info->si_code == CLD_EXITED && !info->si_status ? NULL : &err);
	sd_event_source_set_floating(source, false);
	return 0;
}

static bool split(char *line, char *words[COMMAND_WORDS_MAX + 1], struct dint_error *err)
{
	size_t count = 0;

	for (char *word; (word = strsep(&line, " \t"));) {
		if (!*word)
			continue;
		if (count == COMMAND_WORDS_MAX)
			return dint_fail(err, DINT_BAD_REQUEST, "more than %d words",
					 COMMAND_WORDS_MAX);
		words[count++] = word;
	}
	words[count] = NULL;
	return count || dint_fail(err, DINT_BAD_REQUEST, "no words");
}

/* No signal is blocked in it and none ignored. */
static int spawn(char *const words[], pid_t *pid)
{
	extern char **environ;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int failed;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						      POSIX_SPAWN_SETSID);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	failed = posix_spawn(pid, words[0], &actions, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return failed;
}

bool command_start(sd_event *loop, const char *line, command_done_fn *done, void *arg,
		   struct command **out, struct dint_error *err)
{
	CLEANUP(free_ptr) char *copy = xstrdup(line);
	char *words[COMMAND_WORDS_MAX + 1];
	struct command *c;
	sd_event_source *child;
	pid_t pid;
	int failed;

	if (!split(copy, words, err))
		return dint_within(err, "%s", line);
	failed = spawn(words, &pid);
	if (failed) {
		errno = failed;
		return dint_fail_errno(err, "%s", words[0]);
	}
	c = xcalloc(1, sizeof(*c));
	c->line = xstrdup(line);
	c->done = done;
	c->arg = arg;
	if (sd_event_add_child(loop, &child, pid, WEXITED, on_child, c) < 0)
		abort(); /* out of memory, as in xmalloc */
	sd_event_source_set_destroy_callback(child, on_source_gone);
	sd_event_source_set_floating(child, true);
	sd_event_source_unref(child);
	*out = c;
	return true;
}

void command_detach(struct command *c)
{
	if (c)
		c->done = NULL;
}
