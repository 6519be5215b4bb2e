/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dint-analyze: answers one question about one dump, and opens nothing once it looks into it. dintd
 * and dint start it; a person may too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/units.h"
#include "kernel/debuginfo.h"
#include "programs/analyze/sandbox.h"
#include "programs/analyze/verb.h"
#include "programs/exits.h"

/* What was asked on the command line. */
struct question {
	const struct analyze_verb *verb;
	const struct rows_verb *rows; /* the one or the other */
	const char *path;
	const char *parts[ANALYZE_PARTS_MAX - 1]; /* the others of a split dump */
	size_t n_parts;
	const char *debuginfo; /* a vmlinux; NULL: none */
	int fd;		       /* of the first; -1: by path */
	struct rows_request request;
	bool opened; /* the files are there */
};

static void usage_rows(const struct rows_verb *verb, FILE *to)
{
	fprintf(to, "  %-8s %s", verb->name, verb->summary);
	if (verb->operands)
		fprintf(to, ": %s", verb->operands);
	if (verb->styles)
		fprintf(to, "; --style %s", verb->styles);
	if (verb->flags)
		fprintf(to, "; --%s", verb->flags);
	fputc('\n', to);
}

static void usage(FILE *to)
{
	fputs("usage: dint-analyze VERB (--fd N | DUMP) [--part FILE]... [--debuginfo VMLINUX] "
	      "[--json] [--style STYLE] "
	      "[OPERAND]...\n\n",
	      to);
	for (size_t i = 0; analyze_verbs[i]; i++)
		fprintf(to, "  %-8s %s\n", analyze_verbs[i]->name, analyze_verbs[i]->summary);
	for (size_t i = 0; rows_verbs[i]; i++)
		usage_rows(rows_verbs[i], to);
	fputs("\nexample: dint-analyze dmesg /var/crash/202611240253/dump.202611240253\n", to);
}

static bool find_verb(const char *name, struct question *question, struct dint_error *err)
{
	for (size_t i = 0; analyze_verbs[i]; i++)
		if (strcmp(analyze_verbs[i]->name, name) == 0)
			question->verb = analyze_verbs[i];
	for (size_t i = 0; rows_verbs[i]; i++)
		if (strcmp(rows_verbs[i]->name, name) == 0)
			question->rows = rows_verbs[i];
	if (!question->verb && !question->rows)
		return dint_fail(err, DINT_BAD_REQUEST,
				 "no verb '%s': dint-analyze --help lists them", name);
	return true;
}

/* Whether a word is one of those that bars part. */
static bool is_style(const char *styles, const char *style)
{
	size_t n = strlen(style);

	for (const char *at = styles; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
		if (n > 0 && strncmp(at, style, n) == 0 && (at[n] == '|' || at[n] == '\0'))
			return true;
	return false;
}

static bool take_style(struct question *question, const char *style, struct dint_error *err)
{
	const char *styles = question->rows ? question->rows->styles : question->verb->styles;

	if (!styles)
		return dint_fail(err, DINT_BAD_REQUEST, "--style: this verb has only one");
	if (!style || !is_style(styles, style))
		return dint_fail(err, DINT_BAD_REQUEST, "--style: '%s' is none of %s",
				 style ? style : "", styles);
	question->request.style = style;
	return true;
}

static bool take_fd(struct question *question, const char *number, struct dint_error *err)
{
	uint64_t fd = 0;

	if (!number || !text_number(number, &fd, err) || fd > 1 << 20)
		return dint_fail(err, DINT_BAD_REQUEST, "--fd: a descriptor's number belongs here");
	question->fd = (int)fd;
	return true;
}

static bool take_part(struct question *question, const char *path, struct dint_error *err)
{
	if (!path)
		return dint_fail(err, DINT_BAD_REQUEST, "--part: a file belongs here");
	if (question->n_parts == ARRAY_SIZE(question->parts))
		return dint_fail(err, DINT_BAD_REQUEST, "a dump of more than %d parts",
				 ANALYZE_PARTS_MAX);
	question->parts[question->n_parts++] = path;
	return true;
}

static bool take_flag(struct question *question, const char *word, struct dint_error *err)
{
	struct rows_request *request = &question->request;
	const char *flags = question->rows ? question->rows->flags : NULL;

	if (strncmp(word, "--", 2) != 0 || !flags || !is_style(flags, word + 2))
		return dint_fail(err, DINT_BAD_REQUEST, "no option '%s'", word);
	for (size_t i = 0; i < ROWS_FLAGS_MAX; i++)
		if (!request->flags[i] || strcmp(request->flags[i], word + 2) == 0) {
			request->flags[i] = word + 2;
			break;
		}
	return true;
}

/* A word that is no option: the dump, and what is asked about in it. */
static bool take_word(struct question *question, const char *word, struct dint_error *err)
{
	size_t most = question->rows ? question->rows->operands_max : 0;

	if (!question->path && (question->fd < 0 || most == 0)) {
		question->path = word; /* besides --fd: check_question minds */
		return true;
	}
	if (most == 0)
		return dint_fail(err, DINT_BAD_REQUEST, "one dump at a time");
	if (question->request.n_operands >= most ||
	    question->request.n_operands >= ROWS_OPERANDS_MAX)
		return dint_fail(err, DINT_BAD_REQUEST, "one word too many: '%.60s'", word);
	question->request.operands[question->request.n_operands++] = word;
	return true;
}

static bool take_option(struct question *question, char ***words, struct dint_error *err)
{
	const char *word = **words;

	if (strcmp(word, "--json") == 0) {
		question->request.json = true;
		return true;
	}
	if (strcmp(word, "--fd") == 0)
		return take_fd(question, *++*words, err);
	if (strcmp(word, "--style") == 0)
		return take_style(question, *++*words, err);
	if (strcmp(word, "--part") == 0)
		return take_part(question, *++*words, err);
	if (strcmp(word, "--debuginfo") == 0) {
		question->debuginfo = *++*words;
		return question->debuginfo ||
		       dint_fail(err, DINT_BAD_REQUEST, "--debuginfo: a file belongs here");
	}
	return take_flag(question, word, err);
}

/* What is there must be enough, and not too much. */
static bool check_question(const struct question *question, struct dint_error *err)
{
	const struct rows_verb *rows = question->rows;

	if (!question->path == (question->fd < 0))
		return dint_fail(err, DINT_BAD_REQUEST,
				 "a dump belongs here, as a path or as --fd N");
	if (rows && question->request.n_operands < rows->operands_min)
		return dint_fail(err, DINT_BAD_REQUEST, "%s wants besides: %s", rows->name,
				 rows->operands);
	return true;
}

static bool parse(char **words, struct question *question, struct dint_error *err)
{
	if (!words[0])
		return dint_fail(err, DINT_BAD_REQUEST, "no verb: dint-analyze --help lists them");
	if (!find_verb(words[0], question, err))
		return false;
	for (words++; *words; words++) {
		bool option = (*words)[0] == '-' && (*words)[1];

		if (option ? !take_option(question, &words, err)
			   : !take_word(question, *words, err))
			return false;
	}
	return check_question(question, err);
}

static bool open_file(const char *path, int *fd, struct dint_error *err)
{
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (*fd < 0)
		return dint_fail_errno(err, "opening it");
	return true;
}

/* Descriptors stay open until the process ends. */
static bool open_dump(const struct question *question, struct analyze *analyze,
		      struct dint_error *err)
{
	analyze->fds[0] = question->fd;
	analyze->n_fds = 1;
	if (question->fd < 0 && !open_file(question->path, &analyze->fds[0], err))
		return false;
	for (size_t i = 0; i < question->n_parts; i++)
		if (!open_file(question->parts[i], &analyze->fds[analyze->n_fds++], err))
			return dint_within(err, "--part %.120s", question->parts[i]);
	return true;
}

static bool run_rows(const struct rows_verb *verb, struct analyze *analyze, struct dint_error *err)
{
	CLEANUP(dump_close_ptr) struct dump *dump = NULL;
	CLEANUP(kernel_close_ptr) struct kernel *kernel = NULL;

	return analyze_open_dump(analyze, &dump, err) &&
	       analyze_open_kernel(analyze, dump, &kernel, err) &&
	       verb->write(kernel, &analyze->request, &analyze->out, err);
}

/* The vmlinux that a person named, and the library to read it. */
static bool open_debuginfo(const struct question *question, struct analyze *analyze,
			   struct dint_error *err)
{
	int fd = -1;

	if (!question->debuginfo)
		return true;
	if (!open_file(question->debuginfo, &fd, err) ||
	    !debuginfo_new(fd, &analyze->debuginfo, err))
		return dint_within(err, "--debuginfo %.120s", question->debuginfo);
	analyze->keep[analyze->n_keep++] = fd;
	return true;
}

/* Takes everything that will be needed and closes the door: nothing of the dump was looked into but
 * what says which libraries it takes. */
static bool close_door(const struct question *question, struct analyze *analyze,
		       struct dint_error *err)
{
	bool copies = question->verb && question->verb->unbounded;
	int spool = -1;

	if (!dump_tools_take(analyze->fds, analyze->n_fds, &analyze->tools, err) ||
	    !open_debuginfo(question, analyze, err))
		return false;
	tzset(); /* gmtime_r would open the zone's file when it is first called */
	spool = analyze->tools.container.spool_fd;
	if (spool >= 0)
		analyze->keep[analyze->n_keep++] = spool;
	for (size_t i = 0; i < analyze->n_fds; i++)
		analyze->keep[analyze->n_keep++] = analyze->fds[i];
	return sandbox_enter(analyze->keep, analyze->n_keep,
			     copies	  ? SANDBOX_COPIES
			     : spool >= 0 ? SANDBOX_UNPACKS
					  : SANDBOX_ANSWERS,
			     err);
}

static bool answer(struct question *question, struct buffer *warnings, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer text = {0};
	struct analyze analyze = {
		.request = question->request,
		.out = {.fd = STDOUT_FILENO, .text = &text, .warnings = warnings},
		.tools = {.container.spool_fd = -1},
		.started_us = system_clock.monotonic_us(&system_clock),
	};

	question->opened = open_dump(question, &analyze, err);
	if (!question->opened || !close_door(question, &analyze, err))
		return false;
	return question->rows ? run_rows(question->rows, &analyze, err)
			      : question->verb->run(&analyze, err);
}

/* One complaint on stderr, with the dump's name and nothing in it that moves a cursor. */
static void complain(const struct question *question, const char *kind, const char *words, size_t n)
{
	CLEANUP(buffer_done) struct buffer line = {0};

	buffer_add_text(&line, "dint-analyze: ");
	if (question->path) {
		text_escape(&line, question->path, strlen(question->path));
		buffer_add_text(&line, ": ");
	}
	buffer_add_text(&line, kind);
	text_escape(&line, words, n);
	buffer_add_u8(&line, '\n');
	fwrite(line.bytes, 1, line.size, stderr);
}

static void complain_lines(const struct question *question, struct buffer *lines)
{
	const char *at = buffer_text(lines);

	for (const char *end; (end = strchr(at, '\n')); at = end + 1)
		complain(question, "warning: ", at, (size_t)(end - at));
}

/* What to do about it, where the message cannot know. */
static const char *advice(enum dint_code code, bool opened)
{
	switch (code) {
	case DINT_CORRUPT:
		return " (if the file was copied, compare it with its original)";
	case DINT_NOT_FOUND:
		return opened ? "" : " (is the name right?)";
	default:
		return "";
	}
}

int main(int argc, char **argv)
{
	CLEANUP(buffer_done) struct buffer warnings = {0};
	struct question question = {.fd = -1};
	struct dint_error err = {0};
	char message[sizeof(err.message) + 80];

	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		usage(stdout);
		return 0;
	}
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		puts("dint-analyze " DINT_VERSION);
		return 0;
	}
	bool answered = parse(argv + 1, &question, &err) && answer(&question, &warnings, &err);

	complain_lines(&question, &warnings);
	if (answered)
		return 0;
	snprintf(message, sizeof(message), "%s%s", err.message, advice(err.code, question.opened));
	complain(&question, "", message, strlen(message));
	return exit_status(err.code, true);
}
