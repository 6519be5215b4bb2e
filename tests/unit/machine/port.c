/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports and consoles against sockets of our own; they stand for QEMU's chardevs. */
#include "../check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/units.h"
#include "machine/console.h"
#include "machine/port.h"

#define PATIENCE_US 5000000

struct bench {
	sd_event *loop;
	struct port *port;
	char folder[24], address[40];
	int listener, peer;
	unsigned connected, disconnected, drained;
	struct buffer got;
	char why[300];
};

static void on_connected(void *arg)
{
	((struct bench *)arg)->connected++;
}

static void on_disconnected(void *arg, const struct dint_error *why)
{
	struct bench *bench = arg;

	bench->disconnected++;
	assert_int_equal(why->code, DINT_UNREACHABLE);
	snprintf(bench->why, sizeof(bench->why), "%s", why->message);
}

static void on_bytes(void *arg, const uint8_t *bytes, size_t n)
{
	buffer_add(&((struct bench *)arg)->got, bytes, n);
}

static void on_drained(void *arg)
{
	((struct bench *)arg)->drained++;
}

static const struct port_handlers handlers = {on_connected, on_disconnected, on_bytes, on_drained};

static void start_listening(struct bench *bench)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memcpy(address.sun_path, bench->address, strlen(bench->address) + 1);
	bench->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(bench->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(bench->listener, 4), 0);
}

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct dint_error err;

	bench->peer = bench->listener = -1;
	strcpy(bench->folder, "/tmp/port.XXXXXX");
	assert_non_null(mkdtemp(bench->folder));
	snprintf(bench->address, sizeof(bench->address), "%s/s", bench->folder);
	assert_true(sd_event_new(&bench->loop) >= 0);
	assert_works(port_open(bench->loop, bench->address, &handlers, bench, &bench->port, &err),
		     &err);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	port_close(bench->port);
	sd_event_unref(bench->loop);
	close_fd(&bench->peer);
	close_fd(&bench->listener);
	unlink(bench->address);
	rmdir(bench->folder);
	buffer_done(&bench->got);
	free(bench);
	return 0;
}

static void run_until(struct bench *bench, const unsigned *counter, unsigned value)
{
	uint64_t end = system_clock.monotonic_us(&system_clock) + PATIENCE_US;

	while (*counter < value && system_clock.monotonic_us(&system_clock) < end)
		assert_true(sd_event_run(bench->loop, 100000) >= 0);
	assert_true(*counter >= value);
}

static void connect_both(struct bench *bench)
{
	run_until(bench, &bench->connected, bench->connected + 1);
	bench->peer = accept4(bench->listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(bench->peer >= 0);
}

static void run_a_little(struct bench *bench)
{
	for (unsigned i = 0; i < 5; i++)
		assert_true(sd_event_run(bench->loop, 5000) >= 0);
}

static void a_socket_that_comes_later_is_found(void **state)
{
	struct bench *bench = *state;

	run_until(bench, &bench->disconnected, 1);
	assert_non_null(strstr(bench->why, "/s: No such file or directory"));
	start_listening(bench);
	connect_both(bench);
	assert_true(port_is_connected(bench->port));
}

static void a_lost_connection_is_made_anew(void **state)
{
	struct bench *bench = *state;

	start_listening(bench);
	connect_both(bench);
	close_fd(&bench->peer);
	run_until(bench, &bench->disconnected, 1);
	assert_non_null(strstr(bench->why, "the peer closed the connection"));
	connect_both(bench);
	assert_int_equal(write(bench->peer, "hello", 5), 5);
	run_a_little(bench);
	assert_string_equal(buffer_text(&bench->got), "hello");
}

static void nothing_is_read_while_paused(void **state)
{
	struct bench *bench = *state;

	start_listening(bench);
	connect_both(bench);
	port_pause(bench->port);
	assert_int_equal(write(bench->peer, "hello", 5), 5);
	close_fd(&bench->peer);
	run_a_little(bench);
	assert_int_equal(bench->got.size, 0);
	assert_int_equal(bench->disconnected, 0);
	port_resume(bench->port);
	run_until(bench, &bench->disconnected, 1);
	assert_string_equal(buffer_text(&bench->got), "hello");
}

static void the_queue_has_a_bound(void **state)
{
	static const char piece[65536];
	struct bench *bench = *state;
	CLEANUP(free_ptr) char *sink = malloc(1 << 20);
	struct dint_error err;
	size_t taken = 0, read_back = 0;

	assert_refused(port_write(bench->port, "x", 1, &err), &err, DINT_UNREACHABLE,
		       "not connected");
	start_listening(bench);
	connect_both(bench);
	while (port_write(bench->port, piece, sizeof(piece), &err)) {
		taken += sizeof(piece);
		if (taken <= 4 * sizeof(piece))
			run_a_little(bench); /* some of it goes into the socket */
	}
	assert_int_equal(err.code, DINT_LIMIT);
	assert_true(taken > PORT_QUEUE_BYTES && port_queued(bench->port) <= PORT_QUEUE_BYTES);
	while (read_back < taken) {
		ssize_t got = recv(bench->peer, sink, 1 << 20, MSG_DONTWAIT);

		read_back += got > 0 ? got : 0;
		assert_true(sd_event_run(bench->loop, 1000) >= 0);
	}
	assert_true(bench->drained >= 1);
	assert_int_equal(port_queued(bench->port), 0);
}

static void a_drop_has_its_reason(void **state)
{
	struct bench *bench = *state;
	struct dint_error err;

	start_listening(bench);
	connect_both(bench);
	dint_error_set(&err, DINT_CORRUPT, "does not speak the protocol");
	port_drop(bench->port, &err);
	assert_int_equal(bench->disconnected, 1);
	assert_string_equal(bench->why, "does not speak the protocol");
	close_fd(&bench->peer);
	connect_both(bench);
}

static void descriptors_go_along(void **state)
{
	struct bench *bench = *state;
	alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	char bytes[8] = {0};
	struct iovec part = {bytes, sizeof(bytes)};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	struct dint_error err;
	int fd;

	start_listening(bench);
	connect_both(bench);
	assert_int_equal(port_send(bench->port, "take it", 7, bench->listener, &err), 7);
	assert_int_equal(recvmsg(bench->peer, &message, 0), 7);
	assert_non_null(CMSG_FIRSTHDR(&message));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	assert_true(fd >= 0 && fd != bench->listener);
	close(fd);
}

static void a_write_to_nobody_leaves_no_byte(void **state)
{
	struct bench *bench = *state;
	struct dint_error err;

	start_listening(bench);
	connect_both(bench);
	close_fd(&bench->peer);
	assert_int_equal(port_send(bench->port, "x", 1, -1, &err), -1);
	assert_non_null(strstr(err.message, "Broken pipe"));
}

static void tcp_is_spoken_too(void **state)
{
	struct bench *bench = *state;
	struct sockaddr_in here = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(here);
	struct port *port;
	struct dint_error err;
	char address[32];

	bench->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(bench->listener, (struct sockaddr *)&here, sizeof(here)), 0);
	assert_int_equal(listen(bench->listener, 1), 0);
	assert_int_equal(getsockname(bench->listener, (struct sockaddr *)&here, &size), 0);
	snprintf(address, sizeof(address), "localhost:%d", ntohs(here.sin_port));
	assert_works(port_open(bench->loop, address, &handlers, bench, &port, &err), &err);
	run_until(bench, &bench->connected, 1);
	bench->peer = accept4(bench->listener, NULL, NULL, SOCK_CLOEXEC);
	assert_int_equal(write(bench->peer, "hello", 5), 5);
	close_fd(&bench->peer);
	close_fd(&bench->listener);
	while (!strstr(bench->why, "localhost:"))
		assert_true(sd_event_run(bench->loop, 100000) >= 0);
	assert_string_equal(buffer_text(&bench->got), "hello");
	port_close(port);
}

static void on_line(void *arg, const char *line)
{
	buffer_printf(&((struct bench *)arg)->got, "%s|", line);
}

static void a_console_is_lines_and_a_ring(void **state)
{
	static const struct console_handlers only_lines = {.line = on_line,
							   .connected = on_connected};
	struct bench *bench = *state;
	struct console *console;
	struct dint_error err;
	uint64_t from = 0;
	char copy[32] = {0};

	port_close(TAKE(bench->port));
	start_listening(bench);
	assert_works(console_open(bench->loop, bench->address, &only_lines, bench, &console, &err),
		     &err);
	connect_both(bench);
	assert_int_equal(write(bench->peer, "\x1b[1mone\r\ntwo", 12), 12);
	run_a_little(bench);
	assert_string_equal(buffer_text(&bench->got), "one|");
	assert_int_equal(console_seen(console), 12);
	from = 4;
	assert_int_equal(console_copy(console, &from, copy, sizeof(copy)), 8);
	assert_string_equal(copy, "one\r\ntwo");
	assert_works(console_write(console, "ls\n", 3, &err), &err);
	run_a_little(bench);
	assert_int_equal(recv(bench->peer, copy, sizeof(copy), MSG_DONTWAIT), 3);
	console_close(console);
}

int main(void)
{
#define WITH_A_PORT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_A_PORT(a_socket_that_comes_later_is_found),
		WITH_A_PORT(a_lost_connection_is_made_anew),
		WITH_A_PORT(nothing_is_read_while_paused),
		WITH_A_PORT(the_queue_has_a_bound),
		WITH_A_PORT(a_drop_has_its_reason),
		WITH_A_PORT(descriptors_go_along),
		WITH_A_PORT(a_write_to_nobody_leaves_no_byte),
		WITH_A_PORT(tcp_is_spoken_too),
		WITH_A_PORT(a_console_is_lines_and_a_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
