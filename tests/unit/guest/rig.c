/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rig.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/io.h"

#define PATIENCE_MS 30000

static uint64_t now_ms(void)
{
	return system_clock.monotonic_us(&system_clock) / 1000;
}

PRINTF(1, 2)
static void run(const char *fmt, ...)
{
	char command[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	if (system(command) != 0)
		fail_msg("%s", command);
}

void rig_path(const struct rig *rig, const char *below, char path[256])
{
	snprintf(path, 256, "%s/%s", rig->folder, below);
}

void rig_init(struct rig *rig, const char *program, const char *tree)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	*rig = (struct rig){.program = program, .fd = -1, .nonce = 0xdead};
	strcpy(rig->folder, "/tmp/dint-rig-XXXXXX");
	assert_non_null(mkdtemp(rig->folder));
	if (tree)
		run("cp -a tests/guest/trees/%s %s/crash", tree, rig->folder);
	else
		run("mkdir %s/crash", rig->folder);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/port", rig->folder);
	rig->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(rig->listen_fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(rig->listen_fd, 4), 0);
}

void rig_done(struct rig *rig)
{
	rig_kill(rig);
	rig_hang_up(rig);
	close(rig->listen_fd);
	rig_forget(rig);
	run("rm -rf %s", rig->folder);
}

void rig_put_dump(struct rig *rig, const char *stamp, size_t size)
{
	char path[256];
	uint32_t word = 1;
	FILE *file;

	run("mkdir -p %s/crash/%s", rig->folder, stamp);
	snprintf(path, sizeof(path), "%s/crash/%s/dump.%s", rig->folder, stamp, stamp);
	file = fopen(path, "w");
	assert_non_null(file);
	for (size_t i = 0; i < size; i++) {
		word = word * 1664525 + 1013904223;
		putc(word >> 24, file);
	}
	assert_int_equal(fclose(file), 0);
}

void rig_start(struct rig *rig)
{
	char port[256], crash[256], state[256], log[256];

	rig_path(rig, "port", port);
	rig_path(rig, "crash", crash);
	rig_path(rig, "state", state);
	rig_path(rig, "log", log);
	rig->pid = fork();
	if (rig->pid)
		return;
	/* a test that fails does not come to its end */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || !freopen(log, "a", stderr))
		_exit(127);
	execl(rig->program, "dint-guest", "serve", "--port", port, "--crash", crash, "--state",
	      state, "--rescan", "1", (char *)NULL);
	_exit(127);
}

void rig_start_capture(struct rig *rig, const char *deadline_s, const char *script)
{
	char port[256], root[256], log[256];

	rig_path(rig, "port", port);
	rig_path(rig, "root", root);
	rig_path(rig, "log", log);
	run("mkdir -p %s/dev && : >%s/dev/console", root, root);
	rig->pid = fork();
	if (rig->pid)
		return;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || !freopen(log, "a", stderr))
		_exit(127);
	execl(rig->program, "dint-guest", "capture", "--root", root, "--port", port, "--deadline",
	      deadline_s, "--then", "exit", "--", "sh", "-c", script, (char *)NULL);
	_exit(127);
}

void rig_console(struct rig *rig, char text[512])
{
	CLEANUP(buffer_done) struct buffer file = {0};
	struct dint_error err;
	char path[256];

	rig_path(rig, "root/dev/console", path);
	assert_works(io_read_file(path, 500, &file, &err), &err);
	snprintf(text, 512, "%s", buffer_text(&file));
}

void rig_kill(struct rig *rig)
{
	if (!rig->pid)
		return;
	kill(rig->pid, SIGKILL);
	waitpid(rig->pid, NULL, 0);
	rig->pid = 0;
}

void rig_connect(struct rig *rig)
{
	struct pollfd waiting = {.fd = rig->listen_fd, .events = POLLIN};

	rig_hang_up(rig);
	if (poll(&waiting, 1, PATIENCE_MS) != 1)
		fail_msg("the guest does not connect");
	rig->fd = accept4(rig->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	assert_true(rig->fd >= 0);
	rig->host = channel_host_new(rig->nonce += 2, now_ms());
}

void rig_hang_up(struct rig *rig)
{
	close_fd(&rig->fd);
	channel_host_free(rig->host);
	rig->host = NULL;
}

void rig_forget(struct rig *rig)
{
	for (unsigned i = 0; i < rig->n; i++)
		buffer_done(&rig->dumps[i].content);
	memset(rig->dumps, 0, sizeof(rig->dumps));
	rig->n = 0;
}

struct rig_dump *rig_find(struct rig *rig, const char *path)
{
	for (unsigned i = 0; i < rig->n; i++)
		if (strcmp(rig->dumps[i].path, path) == 0)
			return &rig->dumps[i];
	return NULL;
}

static struct rig_dump *current(struct rig *rig, const struct channel_offer *offer)
{
	for (unsigned i = 0; i < rig->n; i++)
		if (channel_id_equal(&rig->dumps[i].id, &offer->id))
			return &rig->dumps[i];
	assert_true(rig->n < RIG_STORED_MAX);
	rig->dumps[rig->n].id = offer->id;
	snprintf(rig->dumps[rig->n].path, sizeof(rig->dumps[0].path), "%s/%s", offer->stamp,
		 offer->name);
	return &rig->dumps[rig->n++];
}

static void answer_offer(struct rig *rig, const struct channel_offer *offer)
{
	struct rig_dump *dump = current(rig, offer);

	dump->offers++;
	dump->resumed_at = rig->acknowledged = dump->content.size;
	if (rig->refuse)
		channel_host_refuse(rig->host, &offer->id, CHANNEL_REFUSAL_NO_SPACE,
				    rig->refuse_retry_s, "no room");
	else if (dump->stored)
		channel_host_stored(rig->host, &offer->id);
	else
		channel_host_accept(rig->host, &offer->id, dump->content.size);
	rig->refuse = false;
}

static void answer_data(struct rig *rig, const struct channel_host_event *event)
{
	struct rig_dump *dump = current(rig, event->offer);

	assert_int_equal(event->offset, dump->content.size);
	buffer_add(&dump->content, event->bytes, event->n);
	if (dump->content.size < rig->acknowledged + rig->ack_each)
		return;
	rig->acknowledged = dump->content.size;
	channel_host_acknowledge(rig->host, &dump->id, dump->content.size);
}

static void answer_done(struct rig *rig, const struct channel_host_event *event)
{
	struct rig_dump *dump = current(rig, event->offer);
	uint8_t sum[SHA256_BYTES];
	struct sha256 hash;

	sha256_init(&hash);
	sha256_add(&hash, dump->content.bytes, dump->content.size);
	sha256_end(&hash, sum);
	assert_int_equal(dump->content.size, event->size);
	assert_memory_equal(sum, event->sum, SHA256_BYTES);
	if (rig->bad_sums) {
		rig->bad_sums--;
		channel_host_refuse(rig->host, &dump->id, CHANNEL_REFUSAL_BAD_SUM, 30,
				    "sums differ");
		return;
	}
	dump->stored = true;
	channel_host_stored(rig->host, &event->offer->id);
}

static void answer(struct rig *rig, const struct channel_host_event *event)
{
	switch (event->type) {
	case CHANNEL_HOST_OFFER:
		answer_offer(rig, event->offer);
		break;
	case CHANNEL_HOST_DATA:
		answer_data(rig, event);
		break;
	case CHANNEL_HOST_DONE:
		answer_done(rig, event);
		break;
	default:
		break;
	}
}

static void send_output(struct rig *rig)
{
	struct buffer *out = channel_host_output(rig->host);

	while (out->size) {
		ssize_t n = send(rig->fd, out->bytes, out->size, MSG_NOSIGNAL);

		if (n <= 0)
			return; /* full, or the guest is gone: reading tells */
		buffer_drop(out, n);
	}
}

struct channel_host_event rig_next(struct rig *rig)
{
	uint64_t end_ms = now_ms() + PATIENCE_MS;
	struct channel_host_event event;
	uint8_t bytes[65536];

	while (now_ms() < end_ms) {
		struct pollfd waiting = {.fd = rig->fd, .events = POLLIN};
		ssize_t n;

		if (channel_host_next(rig->host, &event)) {
			answer(rig, &event);
			send_output(rig);
			return event;
		}
		send_output(rig);
		poll(&waiting, 1, 100);
		n = recv(rig->fd, bytes, sizeof(bytes), 0);
		if (n > 0)
			channel_host_feed(rig->host, bytes, n, now_ms());
		else if (n == 0)
			fail_msg("the guest closed its end");
		channel_host_tick(rig->host, now_ms());
	}
	fail_msg("nothing happens for %u ms", PATIENCE_MS);
	return event;
}

int rig_wait(struct rig *rig)
{
	uint64_t end_ms = now_ms() + PATIENCE_MS;
	int status;

	while (waitpid(rig->pid, &status, WNOHANG) != rig->pid) {
		struct channel_host_event event;
		uint8_t bytes[4096];
		ssize_t n;

		if (now_ms() > end_ms)
			fail_msg("the guest does not end");
		while (rig->host && channel_host_next(rig->host, &event))
			answer(rig, &event);
		if (rig->host)
			send_output(rig);
		n = rig->host ? recv(rig->fd, bytes, sizeof(bytes), 0) : -1;
		if (n > 0)
			channel_host_feed(rig->host, bytes, n, now_ms());
		else
			poll(NULL, 0, 10);
	}
	rig->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

struct channel_host_event rig_until(struct rig *rig, enum channel_host_event_type type)
{
	for (;;) {
		struct channel_host_event event = rig_next(rig);

		if (event.type == type)
			return event;
		if (event.type == CHANNEL_HOST_ERROR)
			fail_msg("error: %s", event.words);
	}
}

void rig_assert_whole(struct rig *rig, const struct rig_dump *dump)
{
	CLEANUP(buffer_done) struct buffer file = {0};
	struct dint_error err;
	char path[640];

	snprintf(path, sizeof(path), "%s/crash/%s", rig->folder, dump->path);
	assert_works(io_read_file(path, 1 << 28, &file, &err), &err);
	assert_true(dump->stored);
	assert_int_equal(dump->content.size, file.size);
	assert_memory_equal(dump->content.bytes, file.bytes, file.size);
}
