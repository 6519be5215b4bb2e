/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plays the server's part of a conversation (tests/qmp/NAME.conversation) to driver qmp, and holds
 * the driver to its own. A line is one of
 *
 *	tcp                  (the first line only) over TCP, not a UNIX socket
 *	ask: OPERATION MS    asks the machine, with that deadline
 *	S: TEXT              the server says it; {id} is the id of the command read last
 *	S*N: TEXT            … N times over, with no line's end
 *	C: JSON              the client's next command is this one, its id aside
 *	silence: MS          nothing comes from the client, and the machine tells nothing
 *	close | accept       the server ends the connection; takes the next one
 *	answer: OPERATION OUTCOME [CODE: WORDS]   the machine's next word is this answer; WORDS are
 *	                     a part of its error
 *	event: NAME [WORDS]  … or this event
 *
 * At the end the machine is closed, and has nothing left to say.
 */
#include "../check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/units.h"
#include "machine/machine.h"
#include "json/read.h"

#define PATIENCE_US 12000000
#define WORDS_MAX   64

struct play {
	sd_event *loop;
	struct machine *machine;
	char folder[32], address[48];
	int listener, peer, screen;
	struct buffer heard; /* from the client, not yet compared */
	char *words[WORDS_MAX];
	size_t said, compared;
	char id[64];
};

static uint64_t now_us(void)
{
	return system_clock.monotonic_us(&system_clock);
}

static void say(struct play *play, char *words)
{
	assert_true(play->said < WORDS_MAX);
	play->words[play->said++] = words;
}

static void on_answer(void *arg, const struct machine_answer *answer)
{
	say(arg, xasprintf("answer: %s %s %s: %s", machine_operation_name(answer->operation),
			   machine_outcome_name(answer->outcome),
			   dint_code_name(answer->error.code), answer->error.message));
}

static void on_event(void *arg, const struct machine_event *event)
{
	say(arg, xasprintf("event: %s %s%s", machine_event_name(event->kind),
			   event->by_guest ? "by guest " : "", event->detail));
}

static void take_bytes(struct play *play)
{
	ssize_t got;

	if (play->peer < 0)
		return;
	got = recv(play->peer, buffer_room(&play->heard, 65536), 65536, MSG_DONTWAIT);
	if (got > 0)
		buffer_grow(&play->heard, got);
}

static bool heard_line(struct play *play)
{
	take_bytes(play);
	return play->heard.size && memchr(play->heard.bytes, '\n', play->heard.size);
}

static bool has_words(struct play *play)
{
	return play->said > play->compared;
}

static bool accepted(struct play *play)
{
	play->peer = accept4(play->listener, NULL, NULL, SOCK_CLOEXEC);
	return play->peer >= 0;
}

static bool run_until(struct play *play, bool (*done)(struct play *play), uint64_t patience_us)
{
	uint64_t end = now_us() + patience_us;

	while (!done(play)) {
		if (now_us() >= end)
			return false;
		assert_true(sd_event_run(play->loop, 2000) >= 0);
	}
	return true;
}

static void do_ask(struct play *play, const char *text)
{
	struct machine_request request = {.on_answer = on_answer, .arg = play, .fd = play->screen};
	char name[32];

	assert_int_equal(sscanf(text, "%31s %u", name, &request.deadline_ms), 2);
	while (strcmp(machine_operation_name(request.operation), name))
		if (++request.operation == MACHINE_OPERATIONS)
			fail_msg("no operation %s", name);
	machine_ask(play->machine, &request);
}

static void send_text(struct play *play, const char *text)
{
	/* The driver may have hung up on what it heard: that is for the next lines to find. */
	for (size_t n = strlen(text); n;) {
		ssize_t sent = send(play->peer, text, n, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent > 0) {
			text += sent;
			n -= sent;
		} else if (errno != EAGAIN) {
			return;
		}
		if (sd_event_run(play->loop, sent > 0 ? 0 : 1000) < 0)
			fail_msg("event loop");
	}
}

static void do_server(struct play *play, const char *text)
{
	CLEANUP(buffer_done) struct buffer line = {0};
	const char *mark = strstr(text, "{id}");

	if (mark) {
		buffer_add(&line, text, mark - text);
		buffer_printf(&line, "\"%s\"", play->id);
		text = mark + 4;
	}
	buffer_printf(&line, "%s\r\n", text);
	send_text(play, buffer_text(&line));
}

static void do_repeat(struct play *play, const char *text)
{
	CLEANUP(buffer_done) struct buffer all = {0};
	char *rest;
	unsigned long times = strtoul(text, &rest, 10);

	while (times--)
		buffer_add_text(&all, rest + strlen(": "));
	send_text(play, buffer_text(&all));
}

static void do_client(struct play *play, const char *text)
{
	CLEANUP(json_decref_ptr) json_t *want = json_loads(text, 0, NULL);
	CLEANUP(json_decref_ptr) json_t *got = NULL;
	uint8_t *end;
	const char *id;

	assert_non_null(want);
	if (!run_until(play, heard_line, PATIENCE_US))
		fail_msg("the client did not say %s", text);
	end = memchr(play->heard.bytes, '\n', play->heard.size);
	got = json_loadb((char *)play->heard.bytes, end - play->heard.bytes, 0, NULL);
	assert_non_null(got);
	id = json_string_value(json_object_get(got, "id"));
	assert_non_null(id);
	snprintf(play->id, sizeof(play->id), "%s", id);
	json_object_del(got, "id");
	if (!json_equal(got, want))
		fail_msg("the client said %.*s, wanted %s", (int)(end - play->heard.bytes),
			 play->heard.bytes, text);
	buffer_drop(&play->heard, end + 1 - play->heard.bytes);
}

static bool broke_silence(struct play *play)
{
	return heard_line(play) || has_words(play);
}

static void do_silence(struct play *play, const char *text)
{
	if (run_until(play, broke_silence, strtoul(text, NULL, 10) * 1000))
		fail_msg("silence broken: %.*s %s", (int)play->heard.size,
			 play->heard.size ? (char *)play->heard.bytes : "",
			 has_words(play) ? play->words[play->compared] : "");
}

static void do_close(struct play *play, const char *text)
{
	(void)text;
	close_fd(&play->peer);
	buffer_clear(&play->heard);
}

static void do_accept(struct play *play, const char *text)
{
	(void)text;
	do_close(play, NULL);
	if (!run_until(play, accepted, PATIENCE_US))
		fail_msg("the client did not connect");
}

static void do_nothing(struct play *play, const char *text)
{
	(void)play;
	(void)text;
}

/* "answer: screendump refused UNSUPPORTED: There is no console": the beginning, then a part. */
static void do_word(struct play *play, const char *text)
{
	const char *end = strstr(text + 8, ": ");
	size_t beginning = end ? (size_t)(end - text) : strlen(text);
	const char *word;

	if (!run_until(play, has_words, PATIENCE_US))
		fail_msg("the machine did not tell '%s'", text);
	word = play->words[play->compared++];
	if (strncmp(word, text, beginning) || (end && !strstr(word + beginning, end + 2)))
		fail_msg("the machine told '%s', wanted '%s'", word, text);
}

static const struct {
	const char *word;
	void (*play)(struct play *play, const char *text);
	bool whole; /* gets the line with its first word */
} lines[] = {
	{"ask: ", do_ask},	    {"S: ", do_server},	       {"S*", do_repeat},
	{"C: ", do_client},	    {"silence: ", do_silence}, {"close", do_close},
	{"accept", do_accept},	    {"tcp", do_nothing},       {"answer: ", do_word, true},
	{"event: ", do_word, true},
};

static void play_line(struct play *play, const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (!strncmp(line, lines[i].word, strlen(lines[i].word))) {
			lines[i].play(play, lines[i].whole ? line : line + strlen(lines[i].word));
			return;
		}
	fail_msg("not a line of a conversation: '%s'", line);
}

static void listen_at(struct play *play, const struct sockaddr *address, socklen_t size)
{
	play->listener = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(play->listener, address, size), 0);
	assert_int_equal(listen(play->listener, 4), 0);
}

static void listen_at_path(struct play *play)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(play->folder, sizeof(play->folder), "/tmp/conversation.XXXXXX");
	assert_non_null(mkdtemp(play->folder));
	snprintf(play->address, sizeof(play->address), "%s/qmp", play->folder);
	memcpy(address.sun_path, play->address, strlen(play->address) + 1);
	listen_at(play, (struct sockaddr *)&address, sizeof(address));
}

static void listen_at_tcp(struct play *play)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);

	listen_at(play, (struct sockaddr *)&address, size);
	assert_int_equal(getsockname(play->listener, (struct sockaddr *)&address, &size), 0);
	snprintf(play->address, sizeof(play->address), "127.0.0.1:%d", ntohs(address.sin_port));
}

static void play_file(const char *file)
{
	struct play play = {.listener = -1, .peer = -1};
	struct machine_config config = {.name = "m",
					.driver = "qmp",
					.address = play.address,
					.on_event = on_event,
					.arg = &play};
	CLEANUP(buffer_done) struct buffer text = {0};
	struct dint_error err;
	char *rest;

	assert_works(io_read_file(file, 65536, &text, &err), &err);
	buffer_text(&text);
	if (strstr((char *)text.bytes, "\ntcp\n"))
		listen_at_tcp(&play);
	else
		listen_at_path(&play);
	play.screen = open("/dev/null", O_WRONLY | O_CLOEXEC);
	assert_true(sd_event_new(&play.loop) >= 0);
	assert_works(machine_open(play.loop, &config, &play.machine, &err), &err);
	rest = (char *)text.bytes;
	for (char *line; (line = strsep(&rest, "\n"));)
		if (*line && *line != '#')
			play_line(&play, line);
	machine_close(play.machine);
	for (; play.compared < play.said; play.compared++)
		fail_msg("the machine told '%s' besides", play.words[play.compared]);
	for (size_t i = 0; i < play.said; i++)
		free(play.words[i]);
	close_fd(&play.peer);
	close_fd(&play.listener);
	close_fd(&play.screen);
	buffer_done(&play.heard);
	sd_event_unref(play.loop);
	if (play.folder[0]) {
		unlink(play.address);
		rmdir(play.folder);
	}
}

static void conversation(void **state)
{
	play_file(*state);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest test = {argc > 1 ? argv[1] : "", conversation, NULL, NULL,
					argc > 1 ? argv[1] : NULL};

	return argc == 2 ? _cmocka_run_group_tests("conversation", &test, 1, NULL, NULL) : 2;
}
