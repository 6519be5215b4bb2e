/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "guest/facts.h"

#define PIPE_BYTES (256 << 10) /* fewer turns between the two on the one CPU that there is */
#define REAP_MS	   500	       /* a killed process that waits for a device is left behind */

#define EXIT_NOT_RUN 127 /* as a shell has it */

static void set_oom_score(const struct guest_options *options, const char *score)
{
	char path[GUEST_PATH_MAX];
	CLEANUP(close_fd) int fd = -1;

	guest_path(options, "/proc/self/oom_score_adj", path);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0 && write(fd, score, strlen(score)) < 0)
		return; /* not root: a test */
}

static void run(const struct guest_options *options, char *const *argv, int out)
{
	setpgid(0, 0);
	set_oom_score(options, "0");
	signal(SIGPIPE, SIG_DFL);
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 0);
	if (dup2(out, STDOUT_FILENO) >= 0)
		execvp(argv[0], argv);
	fprintf(stderr, "dint-guest: %s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_NOT_RUN);
}

bool guest_command_start(struct guest_command *command, const struct guest_options *options,
			 char *const *argv, struct dint_error *err)
{
	const char *slash = strrchr(argv[0], '/');
	int ends[2];

	*command = (struct guest_command){.fd = -1};
	snprintf(command->name, sizeof(command->name), "%s", slash ? slash + 1 : argv[0]);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return dint_fail_errno(err, "pipe to %s", command->name);
	fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
	set_oom_score(options, "-1000");
	command->pid = fork();
	if (!command->pid)
		run(options, argv, ends[1]);
	close(ends[1]);
	if (command->pid < 0) {
		command->pid = 0;
		dint_error_errno(err, "fork for %s", command->name);
		close(ends[0]);
		return false;
	}
	setpgid(command->pid, command->pid); /* whoever of the two is first */
	command->fd = ends[0];
	fcntl(command->fd, F_SETFL, O_NONBLOCK);
	return true;
}

ssize_t guest_command_read(struct guest_command *command, void *to, size_t size)
{
	ssize_t n;

	if (command->fd < 0)
		return -1;
	n = read(command->fd, to, size);
	if (n > 0)
		return n;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	close_fd(&command->fd);
	return -1;
}

bool guest_command_ended(struct guest_command *command)
{
	if (!command->ended && command->pid && command->fd < 0)
		command->ended = waitpid(command->pid, &command->status, WNOHANG) == command->pid;
	return command->ended;
}

bool guest_command_worked(const struct guest_command *command)
{
	return command->ended && WIFEXITED(command->status) && !WEXITSTATUS(command->status);
}

void guest_command_words(const struct guest_command *command, char words[GUEST_WORDS])
{
	int status = command->status;

	if (WIFSIGNALED(status))
		snprintf(words, GUEST_WORDS, "%s: killed by signal %d%s", command->name,
			 WTERMSIG(status),
			 WTERMSIG(status) == SIGKILL ? " (is there too little memory?)" : "");
	else if (WEXITSTATUS(status) == EXIT_NOT_RUN)
		snprintf(words, GUEST_WORDS, "%s: cannot be run (exit status %d)", command->name,
			 EXIT_NOT_RUN);
	else
		snprintf(words, GUEST_WORDS, "%s: exit status %d", command->name,
			 WEXITSTATUS(status));
}

void guest_command_done(struct guest_command *command)
{
	if (command->pid && !command->ended) {
		kill(-command->pid, SIGKILL);
		for (int ms = 0; ms < REAP_MS && !command->ended; ms += 10) {
			command->ended = waitpid(command->pid, &command->status, WNOHANG) != 0;
			if (!command->ended)
				poll(NULL, 0, 10);
		}
	}
	close_fd(&command->fd);
	command->pid = 0;
}
