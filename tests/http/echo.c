/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server alone, with something to say: prints its port, then answers
 *	/counts     what http_counts has, and how many requests were acted on
 *	/later?MS   "later", after MS milliseconds; /never  nothing, until it is cancelled
 *	/file?AT,N  N bytes of this program's own file from AT on
 *	/guarded    only with a header X-Key, which it looks at before any body
 *	else        what came, a line each: method, path, query, headers, body's size
 * SIGHUP reads the certificate again; SIGTERM ends.
 */
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-event.h>
#include <time.h>

#include "base/base.h"
#include "base/cleanup.h"
#include "http/http.h"
#include "http/server.h"

struct echo {
	sd_event *loop;
	struct http_server *server;
	uint64_t acted, cancelled;
};

static void echo_request(void *arg, struct http_exchange *exchange)
{
	const struct http_request *r = http_request(exchange);
	struct http_answer answer = {.status = 200};
	struct echo *echo = arg;

	echo->acted++;
	http_answer_header(&answer, "Content-Type", "text/plain");
	buffer_printf(&answer.body, "method %s\npath %s\nquery %s\npeer %s\ntls %d\n", r->method,
		      r->path, r->query, r->peer, r->tls);
	for (size_t i = 0; i < r->header_count; i++)
		buffer_printf(&answer.body, "header %s: %s\n", r->headers[i].name,
			      r->headers[i].value);
	buffer_printf(&answer.body, "body %zu\n", r->body_size);
	http_answer(exchange, &answer);
}

static void echo_counts(void *arg, struct http_exchange *exchange)
{
	struct http_answer answer = {.status = 200};
	struct echo *echo = arg;
	struct http_counts counts = http_counts(echo->server);

	buffer_printf(
		&answer.body,
		"{\"acted\": %lu, \"cancelled\": %lu, \"connections\": %u, \"exchanges\": %u, "
		"\"accepted\": %lu, \"requests\": %lu, \"refused\": %lu, \"evicted\": %lu, "
		"\"timed_out\": %lu}\n",
		echo->acted, echo->cancelled, counts.connections, counts.exchanges, counts.accepted,
		counts.requests, counts.refused, counts.evicted, counts.timed_out);
	http_answer(exchange, &answer);
}

static void hello(void *arg, struct http_exchange *exchange)
{
	struct http_answer answer = {.status = 200};

	(void)arg;
	buffer_add_text(&answer.body, "hello\n");
	http_answer(exchange, &answer);
}

static int on_time(sd_event_source *source, uint64_t now, void *exchange)
{
	struct http_answer answer = {.status = 200};

	(void)source;
	(void)now;
	buffer_add_text(&answer.body, "later\n");
	http_answer(exchange, &answer);
	return 0;
}

static void later(void *arg, struct http_exchange *exchange)
{
	struct echo *echo = arg;

	echo->acted++;
	sd_event_add_time_relative(echo->loop, NULL, CLOCK_MONOTONIC,
				   1000 * strtoul(http_request(exchange)->query, NULL, 10), 0,
				   on_time, exchange);
}

static void count_cancelled(void *arg)
{
	struct echo *echo = arg;

	echo->cancelled++;
}

static void never(void *arg, struct http_exchange *exchange)
{
	http_on_cancel(exchange, count_cancelled, arg);
}

static void file(void *arg, struct http_exchange *exchange)
{
	struct http_answer answer = {.status = 206};
	const char *query = http_request(exchange)->query;
	const char *comma = strchr(query, ',');

	(void)arg;
	http_answer_file(&answer, open("/proc/self/exe", O_RDONLY | O_CLOEXEC),
			 strtoul(query, NULL, 10), comma ? strtoul(comma + 1, NULL, 10) : 0);
	http_answer(exchange, &answer);
}

static bool has_key(void *arg, const struct http_request *head, struct http_answer *answer)
{
	(void)arg;
	answer->status = 403;
	return http_header_find(head, "x-key");
}

static void refuse(void *arg, const struct http_request *request, unsigned status,
		   const char *words, struct http_answer *answer)
{
	(void)arg;
	http_answer_header(answer, "Content-Type", "text/plain");
	buffer_printf(&answer->body, "refused %s: %u %s\n", request->id, status, words);
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *arg)
{
	struct echo *echo = arg;
	struct dint_error err;
	bool changed;

	(void)source;
	(void)info;
	if (!http_reload_certificate(echo->server, &changed, &err))
		log_error("%s", err.message);
	return 0;
}

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *info, void *arg)
{
	(void)info;
	(void)arg;
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

static void block_signals(void)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void print_port(int fd)
{
	struct sockaddr_in address = {0};
	socklen_t size = sizeof(address);

	getsockname(fd, (struct sockaddr *)&address, &size);
	printf("%u\n", ntohs(address.sin_port));
	fflush(stdout);
}

static void read_options(int argc, char **argv, struct http_setup *setup, const char **address)
{
	int option;

	while ((option = getopt(argc, argv, "a:c:k:n:p:h:b:i:")) >= 0) {
		uint64_t number = optarg ? strtoul(optarg, NULL, 10) : 0;

		switch (option) {
		case 'a':
			*address = optarg;
			break;
		case 'c':
			setup->certificate = optarg;
			break;
		case 'k':
			setup->key = optarg;
			break;
		case 'n':
			setup->limits.connections = number;
			break;
		case 'p':
			setup->limits.per_peer = number;
			break;
		case 'h':
			setup->limits.head_ms = number;
			break;
		case 'b':
			setup->limits.body_ms = number;
			break;
		case 'i':
			setup->limits.idle_ms = number;
			break;
		default:
			exit(2);
		}
	}
}

int main(int argc, char **argv)
{
	struct echo echo = {0};
	const struct http_route routes[] = {
		{.prefix = "/counts", .handle = echo_counts, .arg = &echo},
		{.prefix = "/hello", .handle = hello},
		{.prefix = "/later", .handle = later, .arg = &echo},
		{.prefix = "/never", .handle = never, .arg = &echo},
		{.prefix = "/file", .handle = file},
		{.prefix = "/guarded", .handle = echo_request, .admit = has_key, .arg = &echo},
		{.prefix = "/", .handle = echo_request, .refuse = refuse, .arg = &echo},
		{0},
	};
	struct http_setup setup = {.routes = routes};
	const char *address = "127.0.0.1:0";
	struct dint_error err;

	read_options(argc, argv, &setup, &address);
	block_signals();
	if (sd_event_default(&echo.loop) < 0 || !http_listen(address, &setup.listen_fd, &err) ||
	    !http_open(echo.loop, &setup, &echo.server, &err)) {
		log_error("%s", err.message);
		return 1;
	}
	sd_event_add_signal(echo.loop, NULL, SIGTERM, on_stop, NULL);
	sd_event_add_signal(echo.loop, NULL, SIGHUP, on_hangup, &echo);
	print_port(setup.listen_fd);
	sd_event_loop(echo.loop);
	http_close(echo.server);
	sd_event_unref(echo.loop);
	close(setup.listen_fd);
	return 0;
}
