/* SPDX-License-Identifier: GPL-2.0-or-later */
/* {"op":NAME,"args":{…}}\n → {"ok":true,"result":…}\n or {"ok":false,"error":{code,message}}\n */
#include "programs/dint/client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/io.h"
#include "json/json.h"

#define PIECE_BYTES 65536
#define DESCRIPTORS                                                                  \
	4 /* room for more than the one that may come, so that none is lost unclosed \
	   */
#define RETRY_LEAST_MS 100 /* between two attempts to find dintd again, doubled each time … */
#define RETRY_MOST_MS  2000

static uint64_t now_ms(void)
{
	return system_clock.monotonic_us(&system_clock) / 1000;
}

static void hang_up(struct client *client)
{
	close_fd(&client->fd);
	close_fd(&client->passed_fd);
	buffer_clear(&client->in);
}

void client_init(struct client *client, const char *path)
{
	memset(client, 0, sizeof(*client));
	client->path = path;
	client->fd = -1;
	client->passed_fd = -1;
}

void client_done(struct client *client)
{
	hang_up(client);
	buffer_done(&client->in);
}

int client_take_fd(struct client *client)
{
	return TAKE_FD(client->passed_fd);
}

static bool connect_to(struct client *client, struct dint_error *err)
{
	client->fd = io_connect_unix(client->path, err);
	if (client->fd >= 0)
		return true;
	if (err->code == DINT_DENIED)
		return dint_fail(err, DINT_DENIED,
				 "%.100s: not for this user: ask as root, or as a member of the "
				 "socket's group",
				 client->path);
	if (err->code == DINT_BAD_REQUEST)
		return false;
	err->code = DINT_UNREACHABLE;
	return dint_within(err, "no dintd answers (is it running? systemctl status dintd; another "
				"socket: --socket PATH or $DINT_SOCKET)");
}

/* Waits for the socket until the deadline. */
static bool wait_for(struct client *client, short events, uint64_t deadline_ms,
		     struct dint_error *err)
{
	for (;;) {
		struct pollfd ready = {.fd = client->fd, .events = events};
		uint64_t now = now_ms();
		int n = poll(&ready, 1, now < deadline_ms ? (int)(deadline_ms - now) : 0);

		if (n > 0)
			return true;
		if (n == 0)
			return dint_fail(err, DINT_TIMEOUT, "%.100s: dintd gives no answer",
					 client->path);
		if (errno != EINTR)
			return dint_fail_errno(err, "poll");
	}
}

static bool send_all(struct client *client, const char *bytes, size_t n, uint64_t deadline_ms,
		     struct dint_error *err)
{
	while (n) {
		ssize_t sent = send(client->fd, bytes, n, MSG_NOSIGNAL);

		if (sent < 0 && errno == EAGAIN) {
			if (!wait_for(client, POLLOUT, deadline_ms, err))
				return false;
		} else if (sent < 0 && errno != EINTR) {
			return dint_fail(err, DINT_UNREACHABLE, "%.100s: dintd hung up: %s",
					 client->path, strerror(errno));
		} else if (sent > 0) {
			client->was_asked = true;
			bytes += sent;
			n -= sent;
		}
	}
	return true;
}

/* Keeps the first descriptor of a message and closes the others. */
static void take_descriptors(struct client *client, struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		size_t n = c->cmsg_len < CMSG_LEN(0) ? 0
						     : (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < n; i++) {
			CLEANUP(close_fd) int fd = -1;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (client->passed_fd < 0)
				client->passed_fd = TAKE_FD(fd);
		}
	}
}

static bool receive(struct client *client, uint64_t deadline_ms, struct dint_error *err)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(DESCRIPTORS * sizeof(int))];
	struct iovec piece = {buffer_room(&client->in, PIECE_BYTES), PIECE_BYTES};
	struct msghdr message = {.msg_iov = &piece,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	ssize_t got = recvmsg(client->fd, &message, MSG_CMSG_CLOEXEC);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return wait_for(client, POLLIN, deadline_ms, err);
	if (got < 0)
		return dint_fail(err, DINT_UNREACHABLE, "%.100s: dintd hung up: %s", client->path,
				 strerror(errno));
	take_descriptors(client, &message);
	if (!got)
		return dint_fail(err, DINT_UNREACHABLE, "%.100s: dintd hung up without an answer",
				 client->path);
	buffer_grow(&client->in, got);
	return true;
}

static bool receive_line(struct client *client, uint64_t deadline_ms, size_t *length,
			 struct dint_error *err)
{
	size_t searched = 0;

	for (;;) {
		const uint8_t *start = client->in.bytes, *end = NULL;

		if (client->in.size > searched)
			end = memchr(start + searched, '\n', client->in.size - searched);
		if (end) {
			*length = (size_t)(end - start) + 1;
			return true;
		}
		searched = client->in.size;
		if (searched > CLIENT_ANSWER_MAX)
			return dint_fail(err, DINT_UNREACHABLE,
					 "%.100s: an answer of more than %zu bytes", client->path,
					 CLIENT_ANSWER_MAX);
		if (!receive(client, deadline_ms, err))
			return false;
	}
}

static bool exchange(struct client *client, const json_t *request, json_t **answer,
		     struct dint_error *err)
{
	CLEANUP(free_ptr) char *line = json_dumps(request, JSON_COMPACT);
	const json_t *args = json_object_get(request, "args");
	uint64_t deadline_ms = now_ms() + CLIENT_TIMEOUT_MS + json_find_u64(args, "wait_ms", 0);
	size_t length;

	close_fd(&client->passed_fd);
	client->was_asked = false;
	if (client->fd < 0 && !connect_to(client, err))
		return false;
	if (!send_all(client, line, strlen(line), deadline_ms, err) ||
	    !send_all(client, "\n", 1, deadline_ms, err) ||
	    !receive_line(client, deadline_ms, &length, err))
		return false;
	if (!json_parse_limited(client->in.bytes, length, CLIENT_ANSWER_MAX, answer, err)) {
		err->code = DINT_UNREACHABLE;
		return dint_within(err, "%.80s: that is not dintd's answer", client->path);
	}
	buffer_drop(&client->in, length);
	return true;
}

/* *result borrows from the answer; DINT_UNREACHABLE with *garbage set when it is no answer of ours.
 */
static bool judge(struct client *client, const json_t *answer, json_t **result, bool *garbage,
		  struct dint_error *err)
{
	const json_t *error = json_find_object(answer, "error");
	const char *code = json_find_string(error, "code");
	const char *message = json_find_string(error, "message");

	*garbage = false;
	if (json_is_true(json_object_get(answer, "ok")) && json_object_get(answer, "result")) {
		*result = json_incref(json_object_get(answer, "result"));
		return true;
	}
	if (json_is_false(json_object_get(answer, "ok")) && code && message)
		return dint_fail(err, dint_code_from_name(code), "%s", message);
	*garbage = true;
	return dint_fail(err, DINT_UNREACHABLE,
			 "%.100s: that is not dintd's answer: neither a result nor an error",
			 client->path);
}

/* args stays the caller's. */
static bool ask(struct client *client, const char *operation, json_t *args, json_t **result,
		struct dint_error *err)
{
	CLEANUP(json_decref_ptr) json_t *request = NULL;
	CLEANUP(json_decref_ptr) json_t *answer = NULL;
	bool garbage = true;

	if (!args)
		return dint_fail(err, DINT_BAD_REQUEST, "a word that is not UTF-8");
	request = json_pack("{s:s, s:O}", "op", operation, "args", args);
	if (exchange(client, request, &answer, err) && judge(client, answer, result, &garbage, err))
		return true;
	if (garbage)
		hang_up(client);
	return false;
}

bool client_call(struct client *client, const char *operation, json_t *args, json_t **result,
		 struct dint_error *err)
{
	CLEANUP(json_decref_ptr) json_t *owned = args;

	return ask(client, operation, owned, result, err);
}

bool client_call_patiently(struct client *client, const char *operation, json_t *args,
			   uint64_t patience_ms, json_t **result, struct dint_error *err)
{
	CLEANUP(json_decref_ptr) json_t *owned = args;
	uint64_t give_up_ms = 0, pause_ms = 0;

	while (!ask(client, operation, owned, result, err)) {
		bool lost = client->fd < 0 &&
			    (err->code == DINT_UNREACHABLE || err->code == DINT_TIMEOUT);
		uint64_t now = now_ms();

		if (!give_up_ms)
			give_up_ms = now + patience_ms;
		if (!lost || now >= give_up_ms)
			return false;
		poll(NULL, 0, (int)pause_ms);
		pause_ms = pause_ms ? pause_ms * 2 : RETRY_LEAST_MS;
		if (pause_ms > RETRY_MOST_MS)
			pause_ms = RETRY_MOST_MS;
	}
	return true;
}
