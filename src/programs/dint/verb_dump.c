/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dint dump: an incident's dump, as a file of one's own. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "programs/dint/analyze.h"
#include "programs/dint/client.h"
#include "programs/dint/copy.h"
#include "programs/dint/options.h"
#include "programs/dint/progress.h"
#include "programs/dint/screen.h"
#include "programs/dint/source.h"
#include "programs/exits.h"

#define REDRAW_MS   200
#define FLAT_SUFFIX ".flat" /* what kdump-utils calls a flattened dump before it rearranges it */

/* The name under which kdump itself would have left it. */
static char *own_name(const struct source *source, bool raw)
{
	size_t length = strlen(source->name), suffix = strlen(FLAT_SUFFIX);

	if (!raw && length > suffix && !strcmp(source->name + length - suffix, FLAT_SUFFIX))
		length -= suffix;
	return xstrndup(source->name, length);
}

/* Shows how the file grows until the child has ended, or ends it when we shall end. Its blocks are
 * what was written: the plain form has holes. */
static void watch(pid_t child, const struct source *source, const struct copy *copy)
{
	CLEANUP(close_fd) int ended = pidfd_open(child, 0);
	struct pollfd wait = {.fd = ended, .events = POLLIN};
	struct progress progress;
	struct stat about;

	if (ended < 0 || !copy->partial)
		return;
	progress_init(&progress, source->name);
	while (poll(&wait, 1, REDRAW_MS) <= 0) {
		if (copy_is_interrupted(copy))
			kill(child, SIGTERM);
		if (fstat(copy->fd, &about) == 0)
			progress_show(&progress, (uint64_t)about.st_blocks * 512,
				      source->size_bytes);
	}
	progress_clear(&progress);
}

/* The plain form, which is not flattened: dint-analyze makes it. */
static bool write_plain(const struct source *source, struct copy *copy, int *status,
			struct dint_error *err)
{
	pid_t child = analyze_start("plain", source, NULL, copy->fd, err);

	if (child < 0)
		return false;
	watch(child, source, copy);
	return analyze_wait(child, status, err);
}

static void put_written(const struct source *source, const struct copy *copy, bool raw)
{
	struct stat about;
	char size[TEXT_SIZE];

	if (!copy->path || fstat(copy->fd, &about) < 0)
		return;
	text_size((uint64_t)about.st_size, size);
	screen_put(stdout, copy->path);
	printf(": %s", size);
	if (raw)
		printf(", sha256 %s", source->sha256);
	fputc('\n', stdout);
}

static bool run(const struct call *call, int *status, struct dint_error *err)
{
	CLEANUP(source_done) struct source source = {.fd = -1};
	CLEANUP(copy_done) struct copy copy = {.fd = -1};
	CLEANUP(client_done) struct client client;
	CLEANUP(free_ptr) char *name = NULL;
	const char *to = options_value(call, "output");
	bool raw = options_given(call, "raw");

	client_init(&client, call->socket);
	if (!source_of_incident(&client, call->arguments[0], &source, err))
		return false;
	name = own_name(&source, raw);
	if (!copy_open(to ? to : name, options_given(call, "force"), &copy, err))
		return false;
	if (raw && !copy_bytes(&source, &copy, err))
		return false;
	if (!raw && !write_plain(&source, &copy, status, err))
		return false;
	if (*status != 0)
		return true; /* dint-analyze has said why */
	if (!copy_publish(&copy, err))
		return false;
	put_written(&source, &copy, raw);
	return true;
}

const struct verb verb_dump = {
	.name = "dump",
	.summary = "copies an incident's dump out of the store",
	.details =
		"The plain form is written, which crash, drgn and makedumpfile read, under the "
		"name "
		"that kdump gave it, into the current directory; with --raw the bytes as the guest "
		"had them, held against their SHA-256. A file that exists is left alone.\n\n"
		"A dump holds the memory of the machine: keys, passwords, other people's data. The "
		"copy is readable by you alone (mode 0600), and the reading is recorded.",
	.arguments = {{"ID", "the incident's id, a beginning of it that is unique, or \"last\"",
		       KIND_INCIDENT, false}},
	.options =
		{
			{.name = "output",
			 .letter = 'o',
			 .value = "FILE",
			 .summary = "where to; - is stdout",
			 .kind = KIND_FILE},
			{.name = "raw", .summary = "the bytes as stored, often flattened"},
			{.name = "force", .letter = 'f', .summary = "replaces a file that exists"},
		},
	.examples = {{"dint dump last", NULL},
		     {"dint dump last -o - | ssh lab 'cat >vmcore'", NULL}},
	.about_dump = true,
	.run = run,
};
