/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The server in a loop of the test's own: what happens to exchanges when it closes under them. */
#include "http/server.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../check.h"

struct rig {
	sd_event *loop;
	struct http_server *server;
	struct http_route routes[2];
	struct http_setup setup;
	struct http_exchange *held;
	unsigned cancelled;
};

static void hold(void *arg, struct http_exchange *exchange)
{
	struct rig *rig = arg;

	rig->held = exchange;
}

static void rig_open(struct rig *rig)
{
	struct dint_error err;

	rig->routes[0] = (struct http_route){.prefix = "/", .handle = hold, .arg = rig};
	rig->setup.routes = rig->routes;
	assert_int_equal(sd_event_new(&rig->loop) < 0, 0);
	assert_works(http_listen("127.0.0.1:0", &rig->setup.listen_fd, &err), &err);
	assert_works(http_open(rig->loop, &rig->setup, &rig->server, &err), &err);
}

static void rig_close(struct rig *rig)
{
	http_close(rig->server);
	close(rig->setup.listen_fd);
	sd_event_unref(rig->loop);
}

/* A client that has sent its request. */
static int ask(struct rig *rig)
{
	static const char request[] = "GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n";
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address;
	socklen_t size = sizeof(address);

	getsockname(rig->setup.listen_fd, (struct sockaddr *)&address, &size);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, size), 0);
	assert_int_equal(send(fd, request, sizeof(request) - 1, 0), sizeof(request) - 1);
	for (unsigned i = 0; i < 1000 && !rig->held; i++)
		sd_event_run(rig->loop, 10000);
	assert_non_null(rig->held);
	return fd;
}

static void answer(struct http_exchange *exchange)
{
	struct http_answer value = {.status = 200};

	http_answer_header(&value, "X-Odd", "a\r\nb");
	buffer_add_text(&value.body, "hello");
	http_answer(exchange, &value);
	assert_null(value.body.bytes);
}

static void an_answer_goes_out(void **state)
{
	struct rig rig = {0};
	char got[1024] = {0};
	int fd;

	(void)state;
	rig_open(&rig);
	fd = ask(&rig);
	assert_int_equal(http_counts(rig.server).exchanges, 1);
	assert_true(http_is_busy(rig.server));
	answer(rig.held);
	for (unsigned i = 0; i < 1000 && http_counts(rig.server).exchanges; i++)
		sd_event_run(rig.loop, 10000);
	assert_true(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT) > 0);
	assert_non_null(strstr(got, "HTTP/1.1 200 OK\r\n"));
	assert_non_null(strstr(got, "\r\nX-Odd: a??b\r\n"));
	assert_non_null(strstr(got, "\r\n\r\nhello"));
	assert_false(http_is_busy(rig.server));
	close(fd);
	rig_close(&rig);
}

/* Nobody will read it; the request is good to the end all the same. */
static void an_answer_after_the_server_closed(void **state)
{
	struct rig rig = {0};
	int fd;

	(void)state;
	rig_open(&rig);
	fd = ask(&rig);
	rig_close(&rig);
	assert_string_equal(http_request(rig.held)->peer, "127.0.0.1");
	assert_string_equal(http_request(rig.held)->path, "/a");
	assert_string_equal(http_request(rig.held)->query, "b");
	assert_string_equal(http_header_find(http_request(rig.held), "host"), "a");
	answer(rig.held);
	close(fd);
}

static void count(void *arg)
{
	struct rig *rig = arg;

	rig->cancelled++;
}

static void who_may_be_cancelled_is(void **state)
{
	struct rig rig = {0};
	int fd;

	(void)state;
	rig_open(&rig);
	fd = ask(&rig);
	http_on_cancel(rig.held, count, &rig);
	assert_false(http_is_busy(rig.server));
	http_close(rig.server);
	rig.server = NULL;
	assert_int_equal(rig.cancelled, 1);
	rig_close(&rig);
	close(fd);
}

static void a_stop_takes_no_more(void **state)
{
	struct rig rig = {0};
	struct pollfd listening;
	char got[1024] = {0};
	int fd;

	(void)state;
	rig_open(&rig);
	fd = ask(&rig);
	http_quiesce(rig.server);
	answer(rig.held);
	for (unsigned i = 0; i < 1000 && http_is_busy(rig.server); i++)
		sd_event_run(rig.loop, 10000);
	assert_true(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT) > 0);
	assert_non_null(strstr(got, "\r\nConnection: close\r\n"));
	listening = (struct pollfd){.fd = rig.setup.listen_fd, .events = POLLIN};
	assert_int_equal(poll(&listening, 1, 0), 0);
	close(fd);
	rig_close(&rig);
}

static void addresses_that_are_none(void **state)
{
	struct dint_error err;
	int fd = -1;

	(void)state;
	assert_refused(http_listen("127.0.0.1", &fd, &err), &err, DINT_BAD_REQUEST,
		       "'127.0.0.1': HOST:PORT belongs here");
	assert_refused(http_listen("127.0.0.1:", &fd, &err), &err, DINT_BAD_REQUEST,
		       "HOST:PORT belongs here");
	assert_refused(http_listen("192.0.2.1:80", &fd, &err), &err, DINT_SYSTEM,
		       "192.0.2.1:80: bind and listen: ");
	assert_int_equal(fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_goes_out),
		cmocka_unit_test(an_answer_after_the_server_closed),
		cmocka_unit_test(who_may_be_cancelled_is),
		cmocka_unit_test(a_stop_takes_no_more),
		cmocka_unit_test(addresses_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
