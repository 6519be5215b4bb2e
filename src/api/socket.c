/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections of the administrator's socket: lines in, one call at a time each, lines out. */
#include "api/socket.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "api/api.h"
#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "json/json.h"

#define READ_BYTES 16384

struct connection {
	struct api_socket *owner;
	struct connection *next;
	int fd;
	sd_event_source *source;
	struct buffer in, out;
	int out_fd; /* goes with the first byte of out; -1: none */
	struct api_call *call;
	char caller[80];
};

struct api_socket {
	sd_event *loop;
	struct site *site;
	struct access *access;
	char *path;
	int fd;
	sd_event_source *source;
	struct connection *connections;
	unsigned count;
};

static void connection_close(struct connection *c)
{
	struct connection **at = &c->owner->connections;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	c->owner->count--;
	if (c->call) {
		c->call->transport = NULL; /* its answer, which nobody reads, frees it */
		if (c->call->cancel)
			c->call->cancel(c->call);
	}
	sd_event_source_disable_unref(c->source);
	close_fd(&c->fd);
	close_fd(&c->out_fd);
	buffer_done(&c->in);
	buffer_done(&c->out);
	free(c);
}

/* Sends what the socket takes; the descriptor rides on the first byte. */
static bool flush(struct connection *c)
{
	while (c->out.size) {
		union {
			struct cmsghdr header;
			char room[CMSG_SPACE(sizeof(int))];
		} control = {0};
		struct iovec bytes = {c->out.bytes, c->out.size};
		struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
		ssize_t sent;

		if (c->out_fd >= 0) {
			control.header.cmsg_level = SOL_SOCKET;
			control.header.cmsg_type = SCM_RIGHTS;
			control.header.cmsg_len = CMSG_LEN(sizeof(int));
			memcpy(CMSG_DATA(&control.header), &c->out_fd, sizeof(int));
			message.msg_control = &control;
			message.msg_controllen = sizeof(control.room);
		}
		sent = sendmsg(c->fd, &message, MSG_NOSIGNAL);
		if (sent < 0)
			return errno == EAGAIN || errno == EINTR;
		close_fd(&c->out_fd);
		buffer_drop(&c->out, sent);
	}
	return true;
}

static void want_events(struct connection *c)
{
	uint32_t events = c->out.size ? EPOLLIN | EPOLLOUT : EPOLLIN;

	sd_event_source_set_io_events(c->source, events);
}

static void reply(struct api_call *call, json_t *body, int fd)
{
	struct connection *c = call->transport;
	char *line = json_dumps(body, JSON_COMPACT);

	json_decref(body);
	if (c && line) {
		c->call = NULL;
		buffer_add_text(&c->out, line);
		buffer_add_text(&c->out, "\n");
		if (fd >= 0)
			c->out_fd = dup(fd);
		sd_event_source_set_io_events(c->source, EPOLLIN | EPOLLOUT);
	}
	free(line);
	free(call);
}

static void answer(struct api_call *call, json_t *result, int fd)
{
	reply(call, json_pack("{s:b, s:o}", "ok", 1, "result", result), fd);
}

static void refuse(struct api_call *call, const struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer words = {0}; /* JSON holds UTF-8 only */

	text_escape(&words, err->message, strlen(err->message));
	reply(call,
	      json_pack("{s:b, s:{s:s, s:s}}", "ok", 0, "error", "code", dint_code_name(err->code),
			"message", buffer_text(&words)),
	      -1);
}

static void start_call(struct connection *c, const char *line, size_t size)
{
	CLEANUP(json_decref_ptr) json_t *request = NULL;
	struct api_call *call = xcalloc(1, sizeof(*call));
	struct dint_error err;

	*call = (struct api_call){
		.site = c->owner->site,
		.access = c->owner->access,
		.caller = c->caller,
		.answer = answer,
		.refuse = refuse,
		.transport = c,
		.fd = -1,
	};
	c->call = call;
	if (json_parse_limited(line, size, API_LINE_BYTES, &request, &err))
		api_dispatch(call, request);
	else
		api_refuse(call, &err);
}

/* Takes the next line when nothing is being answered; one that is too long ends the connection. */
static bool next_line(struct connection *c)
{
	while (!c->call && !c->out.size) {
		uint8_t *end = c->in.size ? memchr(c->in.bytes, '\n', c->in.size) : NULL;
		CLEANUP(free_ptr) char *line = NULL;
		size_t size;

		if (!end)
			return c->in.size <= API_LINE_BYTES;
		size = end - c->in.bytes;
		line = xcalloc(1, size + 1);
		memcpy(line, c->in.bytes, size);
		buffer_drop(&c->in, size + 1);
		start_call(c, line, size);
	}
	return true;
}

static bool read_more(struct connection *c)
{
	ssize_t got;

	if (c->in.size > API_LINE_BYTES)
		return false; /* more asked than anybody answers at once */
	got = recv(c->fd, buffer_room(&c->in, READ_BYTES), READ_BYTES, 0);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	buffer_grow(&c->in, got);
	return got > 0;
}

static int on_connection(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct connection *c = arg;

	(void)source;
	(void)fd;
	if (((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) && !read_more(c)) || !flush(c) ||
	    !next_line(c)) {
		connection_close(c);
		return 0;
	}
	want_events(c);
	return 0;
}

static void name_caller(struct connection *c)
{
	struct ucred peer = {.uid = -1};
	socklen_t size = sizeof(peer);
	struct passwd *user;

	getsockopt(c->fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
	user = getpwuid(peer.uid);
	snprintf(c->caller, sizeof(c->caller), "%.40s (uid %u)", user ? user->pw_name : "somebody",
		 peer.uid);
}

static int on_listen(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct api_socket *s = arg;
	int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct connection *c;

	(void)source;
	(void)events;
	if (peer < 0)
		return 0;
	if (s->count == API_CONNECTIONS) {
		close(peer);
		return 0;
	}
	c = xcalloc(1, sizeof(*c));
	*c = (struct connection){.owner = s, .next = s->connections, .fd = peer, .out_fd = -1};
	s->connections = c;
	s->count++;
	name_caller(c);
	if (sd_event_add_io(s->loop, &c->source, peer, EPOLLIN, on_connection, c) < 0)
		connection_close(c);
	return 0;
}

static bool listen_at(struct api_socket *s, struct dint_error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	mode_t before;
	int bound;

	if (strlen(s->path) >= sizeof(address.sun_path))
		return dint_fail(err, DINT_BAD_REQUEST,
				 "%.80s…: longer than a socket's path may be", s->path);
	memcpy(address.sun_path, s->path, strlen(s->path) + 1);
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0)
		return dint_fail_errno(err, "socket");
	unlink(s->path); /* the lock on the state directory says that no other dintd lives */
	before = umask(0177);
	bound = bind(s->fd, (struct sockaddr *)&address, sizeof(address));
	umask(before);
	if (bound < 0 || listen(s->fd, API_CONNECTIONS) < 0)
		return dint_fail_errno(err, "%s", s->path);
	return true;
}

DEFINE_CLEANUP(api_socket_close, struct api_socket *)

bool api_socket_open(sd_event *loop, const char *path, struct site *site, struct access *access,
		     struct api_socket **out, struct dint_error *err)
{
	CLEANUP(api_socket_close_ptr) struct api_socket *s = xcalloc(1, sizeof(*s));

	*s = (struct api_socket){
		.loop = loop, .site = site, .access = access, .path = xstrdup(path), .fd = -1};
	if (!listen_at(s, err))
		return dint_within(err, "the administrator's socket");
	if (sd_event_add_io(loop, &s->source, s->fd, EPOLLIN, on_listen, s) < 0)
		return dint_fail(err, DINT_SYSTEM, "no memory for an event source");
	*out = TAKE(s);
	return true;
}

void api_socket_close(struct api_socket *s)
{
	if (!s)
		return;
	while (s->connections)
		connection_close(s->connections);
	sd_event_source_disable_unref(s->source);
	if (s->fd >= 0)
		unlink(s->path);
	close_fd(&s->fd);
	free(s->path);
	free(s);
}
