/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The service: one thread that sleeps in epoll_wait. It wakes for the port (edge-triggered, see
 * port.h) and for the earliest of a few times: the channel's, the next look for dumps, the next try
 * to write or to open the port.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "guest/check.h"
#include "guest/facts.h"
#include "guest/ledger.h"
#include "guest/port.h"
#include "guest/sending.h"

#define WRITE_BYTES_MAX 32768 /* more a virtio port does not take at once */
#define READ_BYTES	16384

#define REOPEN_FIRST_MS	    200
#define REOPEN_MOST_MS	    10000
#define WRITE_FIRST_MS	    5
#define WRITE_MOST_MS	    500
#define NOBODY_LOOK_MS	    5000 /* should a wake-up of the port be missed */
#define UNREADY_LOOK_MS	    2000 /* kdump is loaded some time after us */
#define UNREADY_PATIENCE_MS 300000
#define STEPS_AT_ONCE	    64 /* pieces of a dump before the port is read again */
#define LATER_MAX	    16 /* dumps that a host wants another time */

struct later {
	struct channel_id id;
	uint64_t at_ms;
};

struct service {
	const struct guest_options *options;
	struct channel_guest *channel;
	struct guest_port port;
	int epoll_fd;
	struct guest_sending sending;
	struct guest_scan scan;
	struct later later[LATER_MAX];
	struct channel_readiness readiness; /* as last looked */
	bool said_nothing;		    /* in this session */
	bool told_no_port, told_no_scan;    /* logged once, until it changes */
	uint64_t now_ms, started_ms;
	uint64_t scan_ms, readiness_ms; /* when to look again */
	uint64_t open_ms, write_ms;	/* when to try again; 0: at once */
	uint64_t open_pause_ms, write_pause_ms;
};

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void read_clock(struct service *s)
{
	s->now_ms = s->options->clock->monotonic_us(s->options->clock) / 1000;
}

static bool new_channel(struct service *s, struct dint_error *err)
{
	struct channel_hello hello = {.role = CHANNEL_ROLE_SYSTEM};

	while (!hello.nonce)
		if (getrandom(&hello.nonce, sizeof(hello.nonce), 0) < 0 && errno != EINTR)
			return dint_fail_errno(err, "random number");
	guest_fact_boot_id(s->options, hello.boot_id);
	snprintf(hello.version, sizeof(hello.version), "%s", DINT_VERSION);
	s->channel = channel_guest_new(&hello);
	return true;
}

/* Readiness */

static bool same_states(const struct channel_readiness *a, const struct channel_readiness *b)
{
	if (a->n_checks != b->n_checks)
		return false;
	for (unsigned i = 0; i < a->n_checks; i++)
		if (a->checks[i].state != b->checks[i].state)
			return false;
	return true;
}

/* Looks, and tells the host when something changed. */
static void look_at_readiness(struct service *s)
{
	struct channel_readiness before = s->readiness;
	bool patient = s->now_ms - s->started_ms < UNREADY_PATIENCE_MS;

	guest_readiness(s->options, &s->readiness);
	if (!same_states(&before, &s->readiness))
		channel_guest_readiness(s->channel, &s->readiness);
	s->readiness_ms = s->now_ms + (patient && !channel_readiness_ready(&s->readiness)
					       ? UNREADY_LOOK_MS
					       : s->options->rescan_s * 1000);
}

/* Dumps */

static struct later *find_later(struct service *s, const struct channel_id *id)
{
	for (unsigned i = 0; i < LATER_MAX; i++)
		if (s->later[i].at_ms && channel_id_equal(&s->later[i].id, id))
			return &s->later[i];
	return NULL;
}

/* In a free place, one whose time has come, or of the one that comes first: a little early then. */
static void remember_later(struct service *s, const struct channel_id *id, uint64_t at_ms)
{
	struct later *place = find_later(s, id);

	if (!place)
		place = &s->later[0];
	for (unsigned i = 0; i < LATER_MAX && place->at_ms > s->now_ms; i++)
		if (s->later[i].at_ms < place->at_ms)
			place = &s->later[i];
	*place = (struct later){.id = *id, .at_ms = at_ms};
	s->scan_ms = earlier(s->scan_ms, at_ms);
}

static void look_for_dumps(struct service *s)
{
	struct dint_error err;

	guest_scan_done(&s->scan);
	s->scan_ms = s->now_ms + s->options->rescan_s * 1000;
	for (unsigned i = 0; i < LATER_MAX; i++)
		if (s->later[i].at_ms > s->now_ms)
			s->scan_ms = earlier(s->scan_ms, s->later[i].at_ms);
	if (guest_scan(s->options->crash_directory, &s->scan, &err)) {
		s->told_no_scan = false;
	} else if (!s->told_no_scan) {
		log_warning("%s", err.message);
		s->told_no_scan = true;
	}
}

/* The first dump that is new; says that there is none when none is. */
static void offer_next(struct service *s)
{
	struct channel_nothing nothing = {.unfinished = s->scan.unfinished};
	bool waiting = false;

	if (!channel_guest_established(s->channel) || s->sending.active)
		return;
	if (s->sending.withdrawn) {
		s->sending.withdrawn = false;
		remember_later(s, &s->sending.dump.id, s->now_ms + s->options->rescan_s * 1000);
		look_for_dumps(s);
	}
	for (unsigned i = 0; i < s->scan.n; i++) {
		const struct guest_dump *dump = &s->scan.dumps[i];
		enum guest_fate fate = guest_ledger_find(s->options->state_directory, &dump->id);
		struct later *later = find_later(s, &dump->id);

		nothing.handed += fate == GUEST_STORED;
		if (fate != GUEST_NEW)
			continue;
		if (later && later->at_ms > s->now_ms) {
			waiting = true;
			continue;
		}
		s->said_nothing = false;
		guest_sending_offer(&s->sending, s->channel, dump);
		return;
	}
	if (!waiting && !s->said_nothing)
		s->said_nothing = channel_guest_nothing(s->channel, &nothing);
}

/* Keeps what became of the dump on offer, and goes on to the next. */
static void settle(struct service *s, enum guest_fate fate, const char *words)
{
	const struct guest_dump *dump = &s->sending.dump;
	struct dint_error err;

	guest_sending_drop(&s->sending);
	log_info("%s/%s: %s", dump->folder, dump->name, words);
	if (!guest_ledger_add(s->options->state_directory, dump, fate, words, &err)) {
		/* the host knows it by its id: to offer it again costs a word */
		log_error("%s", err.message);
		remember_later(s, &dump->id, UINT64_MAX);
	}
}

static void refused(struct service *s, const struct channel_refuse *refuse)
{
	if (!refuse->retry_s) {
		settle(s, GUEST_REFUSED, refuse->words);
		return;
	}
	log_warning("%s/%s: refused for %u s: %s", s->sending.dump.folder, s->sending.dump.name,
		    refuse->retry_s, refuse->words);
	remember_later(s, &s->sending.dump.id, s->now_ms + refuse->retry_s * 1000ull);
	guest_sending_drop(&s->sending);
}

/* The channel */

static void on_event(struct service *s, const struct channel_guest_event *event)
{
	switch (event->type) {
	case CHANNEL_GUEST_HELLO:
		s->said_nothing = false;
		look_for_dumps(s);
		guest_readiness(s->options, &s->readiness);
		channel_guest_readiness(s->channel, &s->readiness);
		break;
	case CHANNEL_GUEST_READINESS_ASKED:
		guest_readiness(s->options, &s->readiness);
		channel_guest_readiness(s->channel, &s->readiness);
		break;
	case CHANNEL_GUEST_ACCEPTED:
		guest_sending_accept(&s->sending, s->channel, s->options->crash_directory,
				     event->from);
		break;
	case CHANNEL_GUEST_REFUSED:
		refused(s, event->refuse);
		break;
	case CHANNEL_GUEST_STORED:
		settle(s, GUEST_STORED, "stored by the host");
		break;
	case CHANNEL_GUEST_ERROR:
		log_warning("the host: %s", event->words);
		guest_sending_drop(&s->sending);
		break;
	case CHANNEL_GUEST_LOST:
		guest_sending_drop(&s->sending);
		break;
	case CHANNEL_GUEST_ACKNOWLEDGED:
		break;
	}
}

static void take_events(struct service *s)
{
	struct channel_guest_event event;

	while (channel_guest_next(s->channel, &event))
		on_event(s, &event);
	offer_next(s);
}

/* The port */

static void close_port(struct service *s)
{
	guest_port_close(&s->port);
	guest_sending_drop(&s->sending);
	s->open_pause_ms = REOPEN_FIRST_MS;
	s->open_ms = s->now_ms + s->open_pause_ms;
}

static void open_port(struct service *s)
{
	struct epoll_event watch = {.events = EPOLLIN | EPOLLOUT | EPOLLET};
	struct dint_error err;

	if (!guest_port_open(s->options, &s->port, &err)) {
		if (!s->told_no_port)
			log_warning("%s; still looking", err.message);
		s->told_no_port = true;
		s->open_pause_ms = earlier(2 * s->open_pause_ms, REOPEN_MOST_MS);
		s->open_ms = s->now_ms + s->open_pause_ms;
		return;
	}
	s->told_no_port = false;
	s->open_pause_ms = REOPEN_FIRST_MS;
	s->write_ms = 0;
	epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, s->port.fd, &watch);
	if (s->port.connected)
		channel_guest_begin(s->channel, s->now_ms);
}

/* Whether the host has come or gone since the last look. */
static void look_at_port(struct service *s)
{
	bool was_connected = s->port.connected;

	guest_port_look(&s->port);
	if (s->port.connected && !was_connected) {
		guest_sending_drop(&s->sending);
		s->write_ms = 0;
		channel_guest_begin(s->channel, s->now_ms);
	}
	if (!s->port.connected)
		guest_sending_drop(&s->sending);
}

static void read_port(struct service *s)
{
	uint8_t bytes[READ_BYTES];

	while (s->port.fd >= 0) {
		size_t n = 0;

		switch (guest_port_read(&s->port, bytes, sizeof(bytes), &n)) {
		case GUEST_MOVED:
			channel_guest_feed(s->channel, bytes, n, s->now_ms);
			take_events(s);
			break;
		case GUEST_BROKEN:
			close_port(s);
			return;
		case GUEST_NOBODY:
		case GUEST_WOULD_BLOCK:
			return;
		}
	}
}

/* False when nothing more goes out for now. */
static bool write_port(struct service *s)
{
	struct buffer *out = channel_guest_output(s->channel);
	size_t size = out->size < WRITE_BYTES_MAX ? out->size : WRITE_BYTES_MAX;
	size_t n = 0;

	if (!size)
		return true;
	if (s->now_ms < s->write_ms)
		return false;
	switch (guest_port_write(&s->port, out->bytes, size, &n)) {
	case GUEST_MOVED:
		buffer_drop(out, n);
		s->write_ms = 0;
		s->write_pause_ms = WRITE_FIRST_MS;
		return true;
	case GUEST_BROKEN:
		close_port(s);
		return false;
	case GUEST_NOBODY:
	case GUEST_WOULD_BLOCK:
		break;
	}
	s->write_ms = s->now_ms + s->write_pause_ms;
	s->write_pause_ms = earlier(2 * s->write_pause_ms, WRITE_MOST_MS);
	return false;
}

/* Sends what there is; true when there is more to do at once. */
static bool pump(struct service *s)
{
	struct buffer *out = channel_guest_output(s->channel);

	for (unsigned i = 0; i < STEPS_AT_ONCE; i++) {
		enum guest_step step = guest_sending_step(&s->sending, s->channel);

		if (s->sending.withdrawn)
			offer_next(s);
		if (!write_port(s))
			return false;
		if (step == GUEST_STEP_WAIT && !out->size)
			return false;
	}
	return true;
}

static void be_on_time(struct service *s)
{
	if (s->port.fd < 0 && s->now_ms >= s->open_ms)
		open_port(s);
	if (s->now_ms >= s->readiness_ms)
		look_at_readiness(s);
	if (s->now_ms >= s->scan_ms) {
		if (!s->sending.active)
			look_for_dumps(s);
		else
			s->scan_ms = s->now_ms + s->options->rescan_s * 1000;
	}
}

/* One round; returns when the next is due at the latest. */
static uint64_t work(struct service *s)
{
	uint64_t next_ms = earlier(s->scan_ms, s->readiness_ms);

	if (s->port.fd < 0)
		return earlier(next_ms, s->open_ms);
	look_at_port(s);
	read_port(s);
	if (s->port.fd < 0)
		return earlier(next_ms, s->open_ms);
	if (!s->port.connected)
		return earlier(next_ms, s->now_ms + NOBODY_LOOK_MS);
	next_ms = earlier(next_ms, channel_guest_tick(s->channel, s->now_ms));
	take_events(s);
	if (pump(s))
		return s->now_ms;
	if (s->port.fd < 0)
		return earlier(next_ms, s->open_ms);
	return s->write_ms ? earlier(next_ms, s->write_ms) : next_ms;
}

static void service_done(struct service *s)
{
	guest_sending_drop(&s->sending);
	guest_port_close(&s->port);
	guest_scan_done(&s->scan);
	channel_guest_free(s->channel);
	close_fd(&s->epoll_fd);
}

bool guest_serve(const struct guest_options *options, struct dint_error *err)
{
	CLEANUP(service_done)
	struct service s = {
		.options = options,
		.port.fd = -1,
		.sending.fd = -1,
		.epoll_fd = epoll_create1(EPOLL_CLOEXEC),
		.open_pause_ms = REOPEN_FIRST_MS / 2,
		.write_pause_ms = WRITE_FIRST_MS,
	};

	signal(SIGPIPE, SIG_IGN);
	if (s.epoll_fd < 0)
		return dint_fail_errno(err, "epoll");
	if (!new_channel(&s, err))
		return false;
	read_clock(&s);
	s.started_ms = s.now_ms;
	for (;;) {
		struct epoll_event woken;
		uint64_t next_ms;
		int n;

		be_on_time(&s);
		next_ms = work(&s);
		read_clock(&s);
		if (next_ms > s.now_ms + options->rescan_s * 1000)
			next_ms = s.now_ms + options->rescan_s * 1000;
		n = epoll_wait(s.epoll_fd, &woken, 1, next_ms > s.now_ms ? next_ms - s.now_ms : 0);
		if (n < 0 && errno != EINTR)
			return dint_fail_errno(err, "epoll");
		if (n > 0)
			s.write_ms = 0;
		read_clock(&s);
	}
}
