/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The library in the loop: its descriptor wakes us, and whenever it was called it is asked whether
 * it wants to be called at once again. A connection that was resumed does not wake anybody in this
 * mode (libmicrohttpd 0.9.75 has no wake-up without a thread of its own), so we call it ourselves.
 */
#include "http/server.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "http/library_internal.h"

#define NOW()	 system_clock.monotonic_us(&system_clock)
#define TICK_US	 1000000
#define FRESH_US 200000

/* A random UUID (version 4). */
void server_id(struct http_server *s, char text[HTTP_ID_TEXT])
{
	const uint8_t *b;

	if (!s->random_left) {
		if (getrandom(s->random, sizeof(s->random), 0) != sizeof(s->random))
			abort(); /* never for so few bytes, once the kernel has started */
		s->random_left = sizeof(s->random);
	}
	s->random_left -= 16;
	b = s->random + s->random_left;
	snprintf(text, HTTP_ID_TEXT,
		 "%02x%02x%02x%02x-%02x%02x-4%01x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
		 b[1], b[2], b[3], b[4], b[5], b[6] & 15, b[7], (b[8] & 0x3f) | 0x80, b[9], b[10],
		 b[11], b[12], b[13], b[14], b[15]);
}

void server_again(struct http_server *s)
{
	sd_event_source_set_enabled(s->again, SD_EVENT_ONESHOT);
}

static void run(struct http_server *s)
{
	MHD_UNSIGNED_LONG_LONG wait_ms;

	MHD_run(s->library);
	if (MHD_get_timeout(s->library, &wait_ms) == MHD_YES && !wait_ms)
		server_again(s);
	if (s->connections.count && sd_event_source_get_enabled(s->tick, NULL) == 0) {
		sd_event_source_set_time_relative(s->tick, TICK_US);
		sd_event_source_set_enabled(s->tick, SD_EVENT_ONESHOT);
	}
}

static int on_ready(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	(void)source;
	(void)fd;
	(void)events;
	run(arg);
	return 0;
}

static int on_again(sd_event_source *source, void *arg)
{
	(void)source;
	run(arg);
	return 0;
}

/* A client that closed, or closed its sending half, waits for nothing. */
static bool has_left(const struct http_exchange *x)
{
	struct pollfd look = {.fd = x->connection->fd, .events = POLLRDHUP};

	return poll(&look, 1, 0) > 0;
}

static void abandon_the_lost(struct http_server *s)
{
	struct http_exchange *next;

	for (struct http_exchange *x = s->exchanges; x; x = next) {
		next = x->next;
		if (x->stage == STAGE_WAITING && x->cancel && has_left(x))
			exchange_abandon(x);
	}
}

static int on_tick(sd_event_source *source, uint64_t now, void *arg)
{
	struct http_server *s = arg;

	(void)source;
	(void)now;
	s->counts.timed_out += connections_sweep(&s->connections, &s->setup.limits, NOW());
	abandon_the_lost(s);
	run(s);
	return 0;
}

static void fill_limits(struct http_limits *limits)
{
	if (!limits->connections)
		limits->connections = HTTP_CONNECTIONS;
	if (!limits->per_peer)
		limits->per_peer = HTTP_PER_PEER;
	if (!limits->head_ms)
		limits->head_ms = HTTP_HEAD_MS;
	if (!limits->body_ms)
		limits->body_ms = HTTP_BODY_MS;
	if (!limits->idle_ms)
		limits->idle_ms = HTTP_IDLE_MS;
}

static bool join_loop(struct http_server *s, struct dint_error *err)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(s->library, MHD_DAEMON_INFO_EPOLL_FD);

	if (!info ||
	    sd_event_add_io(s->loop, &s->ready, info->epoll_fd, EPOLLIN, on_ready, s) < 0 ||
	    sd_event_add_defer(s->loop, &s->again, on_again, s) < 0 ||
	    sd_event_add_time_relative(s->loop, &s->tick, CLOCK_MONOTONIC, TICK_US, TICK_US,
				       on_tick, s) < 0)
		return dint_fail(err, DINT_SYSTEM, "the loop takes no more");
	return true;
}

DEFINE_CLEANUP(http_close, struct http_server *)

bool http_open(sd_event *loop, const struct http_setup *setup, struct http_server **out,
	       struct dint_error *err)
{
	CLEANUP(http_close_ptr) struct http_server *s = xcalloc(1, sizeof(*s));

	s->loop = loop;
	s->setup = *setup;
	fill_limits(&s->setup.limits);
	if (setup->certificate &&
	    !certificate_load(setup->certificate, setup->key, &s->certificate, err))
		return false;
	if (!library_start(s, err) || !join_loop(s, err))
		return false;
	*out = TAKE(s);
	return true;
}

void http_quiesce(struct http_server *s)
{
	library_quiesce(s);
}

/* A connection that has just been made has most likely sent something already. */
static bool is_under_way(const struct http_connection *c, uint64_t now_us)
{
	return c->phase == PHASE_BODY || c->phase == PHASE_BUSY ||
	       (c->phase == PHASE_HEAD && now_us - c->since_us < FRESH_US);
}

bool http_is_busy(const struct http_server *s)
{
	unsigned busy = 0, patient = 0;

	for (const struct http_connection *c = s->connections.first; c; c = c->next)
		busy += is_under_way(c, NOW());
	for (const struct http_exchange *x = s->exchanges; x; x = x->next)
		patient += x->stage == STAGE_WAITING && x->cancel;
	return busy > patient;
}

void http_close(struct http_server *s)
{
	struct http_exchange *next;

	if (!s)
		return;
	for (struct http_exchange *x = s->exchanges; x; x = next) {
		next = x->next;
		exchange_abandon(x);
	}
	sd_event_source_disable_unref(s->ready);
	sd_event_source_disable_unref(s->again);
	sd_event_source_disable_unref(s->tick);
	library_stop(s);
	certificate_unuse(s->certificate);
	free(s);
}

bool http_reload_certificate(struct http_server *s, bool *changed, struct dint_error *err)
{
	struct http_certificate *fresh;

	*changed = false;
	if (!s->certificate)
		return true;
	if (!certificate_load(s->setup.certificate, s->setup.key, &fresh, err))
		return false;
	*changed = !certificate_is(s->certificate, fresh);
	certificate_unuse(s->certificate);
	s->certificate = fresh;
	return true;
}

struct http_counts http_counts(const struct http_server *s)
{
	struct http_counts counts = s->counts;

	counts.connections = s->connections.count;
	return counts;
}
