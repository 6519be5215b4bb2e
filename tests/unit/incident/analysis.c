/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/units.h"
#include "incident/analysis.h"

/* What a child may do, as a shell script in dint-analyze's place. */
static const struct {
	const char *name, *script;
	const char *report;  /* NULL: refused */
	enum dint_code code; /* of the refusal */
	const char *words;
} cases[] = {
	{"a report", "echo '{\"schema\":1}'", "{\"schema\":1}", 0, NULL},
	{"reads the dump it was handed", "printf '{\"first\":\"%s\"}' \"$(head -c 4 <&3)\"",
	 "{\"first\":\"DUMP\"}", 0, NULL},
	{"a refusal, in its own words", "echo 'not a dump' >&2; exit 4", NULL, DINT_CORRUPT,
	 "not a dump"},
	{"a refusal with a terminal's escape in it", "printf '\\033[31mred\\n' >&2; exit 4", NULL,
	 DINT_CORRUPT, "\\x1b[31mred"},
	{"killed", "kill -SEGV $$", NULL, DINT_CORRUPT, "signal 11"},
	{"not JSON", "echo nonsense", NULL, DINT_BAD_REQUEST, "the report: "},
	{"JSON of another kind", "echo '[]'", NULL, DINT_CORRUPT, "not an object"},
	{"nothing at all", "true", NULL, DINT_BAD_REQUEST, "the report: "},
	{"endless output", "yes", NULL, DINT_LIMIT, "printed more than"},
	{"endless complaint", "yes | head -c 1000000 >&2; exit 4", NULL, DINT_CORRUPT, "y"},
};

struct outcome {
	sd_event *loop;
	char report[256];
	bool has_report;
	struct dint_error err;
};

static void on_done(void *arg, const char *report, const struct dint_error *err)
{
	struct outcome *outcome = arg;

	outcome->has_report = report;
	if (report)
		snprintf(outcome->report, sizeof(outcome->report), "%s", report);
	else
		outcome->err = *err;
	sd_event_exit(outcome->loop, 0);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void each_end_of_a_child(void **state)
{
	char folder[] = "/tmp/dint-analysis-XXXXXX", program[64], dump[64], script[512];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(program, sizeof(program), "%s/analyze", folder);
	snprintf(dump, sizeof(dump), "%s/dump", folder);
	write_file(dump, "DUMP", 0600);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct outcome outcome = {0};
		struct analysis *analysis;
		int fd = open(dump, O_RDONLY | O_CLOEXEC);

		snprintf(script, sizeof(script), "#!/bin/sh\n%s\n", cases[i].script);
		write_file(program, script, 0700);
		assert_true(sd_event_new(&outcome.loop) >= 0);
		assert_works(analysis_start(outcome.loop, program, fd, on_done, &outcome, &analysis,
					    &outcome.err),
			     &outcome.err);
		close(fd);
		assert_true(sd_event_loop(outcome.loop) >= 0);
		sd_event_unref(outcome.loop);
		if (outcome.has_report != (cases[i].report != NULL))
			fail_msg("%s: %s", cases[i].name, outcome.err.message);
		if (cases[i].report)
			assert_memory_equal(outcome.report, cases[i].report,
					    strlen(cases[i].report));
		else
			assert_refused(false, &outcome.err, cases[i].code, cases[i].words);
	}
	unlink(program);
	unlink(dump);
	rmdir(folder);
}

static void a_program_that_is_not_there(void **state)
{
	struct analysis *analysis;
	struct dint_error err;
	sd_event *loop;

	(void)state;
	assert_true(sd_event_new(&loop) >= 0);
	assert_refused(
		analysis_start(loop, "/nonexistent/analyze", 0, on_done, NULL, &analysis, &err),
		&err, DINT_NOT_FOUND, "/nonexistent/analyze");
	sd_event_unref(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_end_of_a_child),
		cmocka_unit_test(a_program_that_is_not_there),
	};
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
