/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A child with the dump as descriptor 3, its two outputs gathered within bounds, its end awaited.
 */
#include "incident/analysis.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "json/json.h"

#define DUMP_FD	   3
#define READ_BYTES 65536

struct output {
	struct analysis *owner;
	int fd;
	size_t limit;
	struct buffer bytes;
	sd_event_source *source;
};

struct analysis {
	pid_t pid;
	struct output report, words;
	sd_event_source *child, *deadline;
	bool ended, too_long, timed_out;
	int status;
	analysis_done_fn *done;
	void *arg;
};

static void output_done(struct output *output)
{
	sd_event_source_disable_unref(output->source);
	close_fd(&output->fd);
	buffer_done(&output->bytes);
}

static void analysis_free(struct analysis *a)
{
	output_done(&a->report);
	output_done(&a->words);
	sd_event_source_disable_unref(a->child);
	sd_event_source_disable_unref(a->deadline);
	free(a);
}

DEFINE_CLEANUP(analysis_cancel, struct analysis *)

void analysis_cancel(struct analysis *a)
{
	if (!a)
		return;
	if (a->pid > 0 && !a->ended) {
		kill(a->pid, SIGKILL);
		waitpid(a->pid, NULL, 0);
	}
	analysis_free(a);
}

/* Why there is no report, in words; false when there is one. */
static bool is_refused(struct analysis *a, struct dint_error *err)
{
	CLEANUP(json_decref_ptr) json_t *report = NULL;
	CLEANUP(buffer_done) struct buffer words = {0};

	if (a->timed_out)
		return !dint_fail(err, DINT_TIMEOUT, "dint-analyze took longer than %d s",
				  ANALYSIS_SECONDS);
	if (a->too_long)
		return !dint_fail(err, DINT_LIMIT, "dint-analyze printed more than %u bytes",
				  ANALYSIS_REPORT_BYTES);
	if (WIFSIGNALED(a->status))
		return !dint_fail(err, DINT_CORRUPT, "dint-analyze was ended by signal %d (%s)",
				  WTERMSIG(a->status), strsignal(WTERMSIG(a->status)));
	if (WEXITSTATUS(a->status)) {
		text_escape(&words, a->words.bytes.bytes,
			    strcspn(buffer_text(&a->words.bytes), "\n"));
		return !dint_fail(err, DINT_CORRUPT, "%s", buffer_text(&words));
	}
	if (!json_parse_limited(a->report.bytes.bytes, a->report.bytes.size, ANALYSIS_REPORT_BYTES,
				&report, err))
		return !dint_within(err, "the report");
	if (!json_is_object(report))
		return !dint_fail(err, DINT_CORRUPT, "the report is not an object");
	return false;
}

static void finish_when_over(struct analysis *a)
{
	struct dint_error err = {0};

	if (!a->ended || a->report.fd >= 0 || a->words.fd >= 0)
		return;
	if (is_refused(a, &err))
		a->done(a->arg, NULL, &err);
	else
		a->done(a->arg, buffer_text(&a->report.bytes), &err);
	analysis_free(a);
}

static int on_output(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct output *output = arg;
	struct analysis *a = output->owner;
	ssize_t got = read(fd, buffer_room(&output->bytes, READ_BYTES), READ_BYTES);

	(void)source;
	(void)events;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got > 0) {
		buffer_grow(&output->bytes, got);
		if (output->bytes.size <= output->limit)
			return 0;
		output->bytes.size = output->limit;
		if (output == &a->report) {
			a->too_long = true;
			kill(a->pid, SIGKILL);
		}
	}
	if (got <= 0 || output == &a->report) {
		output->source = sd_event_source_disable_unref(output->source);
		close_fd(&output->fd);
	}
	finish_when_over(a);
	return 0;
}

static int on_child(sd_event_source *source, const siginfo_t *info, void *arg)
{
	struct analysis *a = arg;

	(void)source;
	a->ended = true;
	a->status = info->si_code == CLD_EXITED ? info->si_status << 8 : info->si_status & 0x7f;
	finish_when_over(a);
	return 0;
}

static int on_deadline(sd_event_source *source, uint64_t now, void *arg)
{
	struct analysis *a = arg;

	(void)source;
	(void)now;
	a->timed_out = true;
	kill(a->pid, SIGKILL);
	return 0;
}

static bool spawn(struct analysis *a, const char *program, int fd, int out, int words,
		  struct dint_error *err)
{
	const char *const argv[] = {program, "report", "--fd", "3", "--json", NULL};
	const char *const environment[] = {"PATH=/usr/bin:/bin", NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int failed;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_adddup2(&actions, words, 2);
	posix_spawn_file_actions_adddup2(&actions, fd, DUMP_FD);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attributes, &none);
	/* POSIX: the strings are not changed; the type without const is history */
	failed = posix_spawn(&a->pid, program, &actions, &attributes, (char *const *)argv,
			     (char *const *)environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (!failed)
		return true;
	a->pid = 0;
	errno = failed;
	return dint_fail_errno(err, "%s", program);
}

static bool watch_output(sd_event *loop, struct output *output, struct analysis *a, size_t limit)
{
	output->owner = a;
	output->limit = limit;
	return sd_event_add_io(loop, &output->source, output->fd, EPOLLIN, on_output, output) >= 0;
}

bool analysis_start(sd_event *loop, const char *program, int fd, analysis_done_fn *done, void *arg,
		    struct analysis **out, struct dint_error *err)
{
	CLEANUP(analysis_cancel_ptr) struct analysis *a = xcalloc(1, sizeof(*a));
	CLEANUP(close_fd) int report_end = -1, words_end = -1;
	int pipes[2];

	*a = (struct analysis){.report.fd = -1, .words.fd = -1, .done = done, .arg = arg};
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return dint_fail_errno(err, "pipe");
	a->report.fd = pipes[0];
	report_end = pipes[1];
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return dint_fail_errno(err, "pipe");
	a->words.fd = pipes[0];
	words_end = pipes[1];
	fcntl(a->report.fd, F_SETFL, O_NONBLOCK);
	fcntl(a->words.fd, F_SETFL, O_NONBLOCK);
	if (!spawn(a, program, fd, report_end, words_end, err))
		return false;
	if (!watch_output(loop, &a->report, a, ANALYSIS_REPORT_BYTES) ||
	    !watch_output(loop, &a->words, a, ANALYSIS_WORDS_BYTES) ||
	    sd_event_add_child(loop, &a->child, a->pid, WEXITED, on_child, a) < 0 ||
	    sd_event_add_time_relative(loop, &a->deadline, CLOCK_MONOTONIC,
				       ANALYSIS_SECONDS * 1000000ull, 0, on_deadline, a) < 0)
		return dint_fail(err, DINT_SYSTEM, "no memory for event sources");
	*out = TAKE(a);
	return true;
}
