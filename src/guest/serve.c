/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The service: one thread that sleeps in epoll_wait. It wakes for the port (edge-triggered, see
 * port.h) and for the earliest of a few times: the channel's, the next look for dumps, the next try
 * to write or to open the port.
 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "guest/check.h"
#include "guest/facts.h"
#include "guest/ledger.h"
#include "guest/link.h"
#include "guest/sending.h"

#define UNREADY_LOOK_MS	    2000 /* kdump is loaded some time after us */
#define UNREADY_PATIENCE_MS 300000
#define LATER_MAX	    16 /* dumps that a host wants another time */

struct later {
	struct channel_id id;
	uint64_t at_ms;
};

struct service {
	const struct guest_options *options;
	struct guest_link link;
	struct guest_sending sending;
	struct guest_scan scan;
	struct later later[LATER_MAX];
	struct channel_readiness readiness; /* as last looked */
	bool said_nothing;		    /* in this session */
	bool told_no_scan;		    /* logged once, until it changes */
	uint64_t started_ms;
	uint64_t scan_ms, readiness_ms; /* when to look again */
};

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
	bool patient = s->link.now_ms - s->started_ms < UNREADY_PATIENCE_MS;

	guest_readiness(s->options, &s->readiness);
	if (!same_states(&before, &s->readiness))
		channel_guest_readiness(s->link.channel, &s->readiness);
	s->readiness_ms = s->link.now_ms + (patient && !channel_readiness_ready(&s->readiness)
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
	for (unsigned i = 0; i < LATER_MAX && place->at_ms > s->link.now_ms; i++)
		if (s->later[i].at_ms < place->at_ms)
			place = &s->later[i];
	*place = (struct later){.id = *id, .at_ms = at_ms};
	s->scan_ms = guest_earlier(s->scan_ms, at_ms);
}

static void look_for_dumps(struct service *s)
{
	struct dint_error err;

	guest_scan_done(&s->scan);
	s->scan_ms = s->link.now_ms + s->options->rescan_s * 1000;
	for (unsigned i = 0; i < LATER_MAX; i++)
		if (s->later[i].at_ms > s->link.now_ms)
			s->scan_ms = guest_earlier(s->scan_ms, s->later[i].at_ms);
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

	if (!channel_guest_established(s->link.channel) || s->sending.active)
		return;
	if (s->sending.withdrawn) {
		s->sending.withdrawn = false;
		remember_later(s, &s->sending.dump.id,
			       s->link.now_ms + s->options->rescan_s * 1000);
		look_for_dumps(s);
	}
	for (unsigned i = 0; i < s->scan.n; i++) {
		const struct guest_dump *dump = &s->scan.dumps[i];
		enum guest_fate fate = guest_ledger_find(s->options->state_directory, &dump->id);
		struct later *later = find_later(s, &dump->id);

		nothing.handed += fate == GUEST_STORED;
		if (fate != GUEST_NEW)
			continue;
		if (later && later->at_ms > s->link.now_ms) {
			waiting = true;
			continue;
		}
		s->said_nothing = false;
		guest_sending_offer(&s->sending, s->link.channel, dump);
		return;
	}
	if (!waiting && !s->said_nothing)
		s->said_nothing = channel_guest_nothing(s->link.channel, &nothing);
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
	remember_later(s, &s->sending.dump.id, s->link.now_ms + refuse->retry_s * 1000ull);
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
		channel_guest_readiness(s->link.channel, &s->readiness);
		break;
	case CHANNEL_GUEST_READINESS_ASKED:
		guest_readiness(s->options, &s->readiness);
		channel_guest_readiness(s->link.channel, &s->readiness);
		break;
	case CHANNEL_GUEST_ACCEPTED:
		guest_sending_accept(&s->sending, s->link.channel, s->options->crash_directory,
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
	case CHANNEL_GUEST_PONG:
		break;
	}
}

static void take_events(struct service *s)
{
	struct channel_guest_event event;

	while (channel_guest_next(s->link.channel, &event))
		on_event(s, &event);
	offer_next(s);
}

/* Sends what there is; true when there is more to do at once. */
static bool pump(struct service *s)
{
	struct buffer *out = channel_guest_output(s->link.channel);

	for (unsigned i = 0; i < GUEST_STEPS_AT_ONCE; i++) {
		enum guest_step step = guest_sending_step(&s->sending, s->link.channel);

		if (s->sending.withdrawn)
			offer_next(s);
		if (!guest_link_write(&s->link))
			return false;
		if (step == GUEST_STEP_WAIT && !out->size)
			return false;
	}
	return true;
}

static void be_on_time(struct service *s)
{
	if (s->link.now_ms >= s->readiness_ms)
		look_at_readiness(s);
	if (s->link.now_ms >= s->scan_ms) {
		if (!s->sending.active)
			look_for_dumps(s);
		else
			s->scan_ms = s->link.now_ms + s->options->rescan_s * 1000;
	}
}

static void drop_if_interrupted(struct service *s)
{
	if (s->link.interrupted)
		guest_sending_drop(&s->sending);
	s->link.interrupted = false;
}

/* One round; returns when the next is due at the latest. */
static uint64_t work(struct service *s)
{
	uint64_t next_ms = guest_earlier(s->scan_ms, s->readiness_ms);

	guest_link_look(&s->link);
	drop_if_interrupted(s);
	while (guest_link_read(&s->link))
		take_events(s);
	if (s->link.port.connected) {
		next_ms =
			guest_earlier(next_ms, channel_guest_tick(s->link.channel, s->link.now_ms));
		take_events(s);
		if (pump(s))
			return s->link.now_ms;
	}
	drop_if_interrupted(s);
	return guest_earlier(next_ms, guest_link_due(&s->link));
}

static void service_done(struct service *s)
{
	guest_sending_drop(&s->sending);
	guest_scan_done(&s->scan);
	guest_link_done(&s->link);
}

bool guest_serve(const struct guest_options *options, struct dint_error *err)
{
	CLEANUP(service_done)
	struct service s = {
		.options = options,
		.sending.fd = -1,
	};

	if (!guest_link_init(&s.link, options, CHANNEL_ROLE_SYSTEM, err))
		return false;
	s.started_ms = s.link.now_ms;
	for (;;) {
		uint64_t most_ms = s.link.now_ms + options->rescan_s * 1000;

		be_on_time(&s);
		if (!guest_link_wait(&s.link, guest_earlier(work(&s), most_ms), err))
			return false;
	}
}
