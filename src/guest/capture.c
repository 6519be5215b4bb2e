/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capture kernel's side: one thread that sleeps in epoll_wait, woken by the port and by the
 * command's pipe.
 *
 *	command → window → channel → port          STORED: safe
 *	            ^ dropped as the host acknowledges
 *
 * A host that comes back goes on where it had synced, if the window still holds that; else the
 * command is run anew and offered as another stream. Whoever keeps us waiting has a deadline; when
 * one passes, the host is told (if it listens) and we give up.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/sha256.h"
#include "base/text.h"
#include "guest/command.h"
#include "guest/facts.h"
#include "guest/fallback.h"
#include "guest/guest.h"
#include "guest/link.h"
#include "guest/window.h"

#define RUNS_MAX     5	  /* of the command: a host that loses what it had so often is no help */
#define REAP_LOOK_MS 20	  /* its output has ended, it has not */
#define FAREWELL_MS  2000 /* for a host that listens to hear why we give up */

enum outcome { UNDER_WAY, SAFE, LOST };

struct capture {
	const struct guest_capture_options *options;
	struct guest_link link;
	struct guest_command command;
	struct guest_window window;
	struct sha256 hash; /* over all that the command wrote in this run */
	struct channel_offer offer;
	unsigned runs;
	bool offered, accepted, done; /* how far this session is with it */
	bool farewell;		      /* the last word and the ping behind it are said */
	bool command_failed;
	uint64_t sent; /* offset of the next byte to send */
	uint64_t most; /* bytes that the host had of any run */
	enum outcome outcome;
	char why[GUEST_WORDS]; /* of giving up */

	uint64_t waiting_ms;   /* since when we wait for the host; 0: we do not */
	uint64_t progress_ms;  /* when the stream got on last, at either end */
	uint64_t offer_ms;     /* when a refused stream is to be offered again */
	uint64_t refused_ms;   /* since when it is refused; 0: it is not */
	uint64_t giving_up_ms; /* until when the host may hear why; 0: not giving up */
};

static uint64_t deadline_ms(const struct capture *c)
{
	return c->options->deadline_s * 1000ull;
}

/* ---- giving up ---- */

/* Tells the host until then, if there is one. */
PRINTF(3, 4)
static void give_up(struct capture *c, uint64_t most_ms, const char *fmt, ...)
{
	va_list args;

	if (c->giving_up_ms || c->outcome != UNDER_WAY)
		return;
	va_start(args, fmt);
	vsnprintf(c->why, sizeof(c->why), fmt, args);
	va_end(args);
	c->giving_up_ms = c->link.now_ms + most_ms;
	guest_command_done(&c->command);
	log_error("%s", c->why);
}

/* A stream that the host knows of is withdrawn with the reason; the pong says that it was read. */
static void say_farewell(struct capture *c)
{
	if (c->farewell || !channel_guest_established(c->link.channel))
		return;
	if (!c->offered)
		channel_guest_offer(c->link.channel, &c->offer);
	channel_guest_withdraw(c->link.channel, c->why);
	channel_guest_ping(c->link.channel);
	c->farewell = true;
}

/* ---- a run of the command ---- */

/* As kdump-tools names a dump, by the minute. */
static void name_stream(struct capture *c)
{
	const struct clock *clock = c->options->guest.clock;
	time_t seconds = clock->wall_us(clock) / 1000000;
	struct tm parts;

	c->offer = (struct channel_offer){.size = CHANNEL_SIZE_UNKNOWN, .layout = "stream"};
	guest_fact_unique(&c->options->guest, c->offer.id.bytes, sizeof(c->offer.id.bytes));
	if (!gmtime_r(&seconds, &parts) ||
	    !strftime(c->offer.stamp, sizeof(c->offer.stamp), "%Y%m%d%H%M", &parts))
		snprintf(c->offer.stamp, sizeof(c->offer.stamp), "unknown");
	snprintf(c->offer.name, sizeof(c->offer.name), "dump.%.40s", c->offer.stamp);
}

static void interrupt(struct capture *c)
{
	c->offered = c->accepted = c->done = c->farewell = false;
}

static void start_run(struct capture *c)
{
	struct epoll_event watch = {.events = EPOLLIN | EPOLLET};
	struct dint_error err;

	interrupt(c);
	c->runs++;
	c->sent = 0;
	c->progress_ms = c->link.now_ms;
	guest_window_clear(&c->window);
	sha256_init(&c->hash);
	name_stream(c);
	if (!guest_command_start(&c->command, &c->options->guest, c->options->command, &err)) {
		give_up(c, deadline_ms(c), "%s", err.message);
		return;
	}
	watch.data.fd = c->command.fd;
	epoll_ctl(c->link.epoll_fd, EPOLL_CTL_ADD, c->command.fd, &watch);
}

static void start_anew(struct capture *c, const char *why)
{
	if (c->giving_up_ms)
		return;
	if (c->runs == RUNS_MAX) {
		give_up(c, FAREWELL_MS, "%s, for the %uth time", why, RUNS_MAX);
		return;
	}
	log_warning("%s: %s is run anew", why, c->command.name);
	if (c->offered)
		channel_guest_withdraw(c->link.channel, why);
	guest_command_done(&c->command);
	start_run(c);
}

/* Into the window, as far as that has room. */
static void read_command(struct capture *c)
{
	while (!c->giving_up_ms && !c->command.ended) {
		size_t room;
		uint8_t *to = guest_window_room(&c->window, &room);
		ssize_t n = room ? guest_command_read(&c->command, to, room) : 0;

		if (n < 0 && guest_command_ended(&c->command) &&
		    !guest_command_worked(&c->command)) {
			char words[GUEST_WORDS];

			guest_command_words(&c->command, words);
			c->command_failed = true;
			give_up(c, deadline_ms(c), "%s", words);
		}
		if (n <= 0)
			return;
		sha256_add(&c->hash, to, n);
		guest_window_grow(&c->window, n);
		c->progress_ms = c->link.now_ms;
	}
}

/* ---- the host's words ---- */

static void got_on(struct capture *c, uint64_t synced)
{
	guest_window_drop(&c->window, synced);
	c->refused_ms = 0;
	c->progress_ms = c->link.now_ms;
	if (synced > c->most)
		c->most = synced;
}

static void accepted(struct capture *c, uint64_t from)
{
	char words[96];

	if (!guest_window_holds(&c->window, from)) {
		snprintf(words, sizeof(words), "the host wants it from byte %llu, which is past",
			 (unsigned long long)from);
		start_anew(c, words);
		return;
	}
	if (from)
		log_info("going on from byte %llu", (unsigned long long)from);
	got_on(c, from);
	c->sent = from;
	c->accepted = true;
}

/* Not now is waited for within the deadline; a wrong sum is worth another run. */
static void refused(struct capture *c, const struct channel_refuse *refuse)
{
	uint64_t again_ms = c->link.now_ms + refuse->retry_s * 1000ull;

	interrupt(c);
	if (refuse->code == CHANNEL_REFUSAL_BAD_SUM) {
		start_anew(c, refuse->words);
		return;
	}
	if (!c->refused_ms)
		c->refused_ms = c->link.now_ms;
	c->offer_ms = again_ms;
	if (!refuse->retry_s || again_ms > c->refused_ms + deadline_ms(c)) {
		c->farewell = true; /* it knows */
		give_up(c, 0, "the host refuses it: %s", refuse->words);
	}
}

static void on_event(struct capture *c, const struct channel_guest_event *event)
{
	switch (event->type) {
	case CHANNEL_GUEST_ACCEPTED:
		return accepted(c, event->from);
	case CHANNEL_GUEST_REFUSED:
		return refused(c, event->refuse);
	case CHANNEL_GUEST_ACKNOWLEDGED:
		return got_on(c, event->from);
	case CHANNEL_GUEST_STORED:
		c->outcome = SAFE;
		return;
	case CHANNEL_GUEST_PONG:
		if (c->farewell)
			c->outcome = LOST;
		return;
	case CHANNEL_GUEST_ERROR:
		log_warning("the host: %s", event->words);
		return interrupt(c);
	case CHANNEL_GUEST_LOST:
		return interrupt(c);
	case CHANNEL_GUEST_HELLO:
	case CHANNEL_GUEST_READINESS_ASKED:
		return;
	}
}

static void take_events(struct capture *c)
{
	struct channel_guest_event event;

	while (c->outcome == UNDER_WAY && channel_guest_next(c->link.channel, &event))
		on_event(c, &event);
}

/* ---- saying ---- */

static void offer(struct capture *c)
{
	if (!c->offered && c->link.now_ms >= c->offer_ms)
		c->offered = channel_guest_offer(c->link.channel, &c->offer);
}

/* A piece of the stream, or its end, as far as the channel allows. */
static void say_next(struct capture *c)
{
	size_t n, room = channel_guest_room(c->link.channel);
	const uint8_t *piece;

	if (!c->accepted || c->done)
		return;
	piece = guest_window_at(&c->window, c->sent, &n);
	if (n > room)
		n = room;
	if (n && channel_guest_data(c->link.channel, piece, n))
		c->sent += n;
	if (c->sent == c->window.to && guest_command_worked(&c->command)) {
		struct sha256 hash = c->hash;
		uint8_t sum[SHA256_BYTES];

		sha256_end(&hash, sum);
		c->done = channel_guest_done(c->link.channel, sum);
	}
}

/* Sends what there is; true when there is more to do at once. */
static bool pump(struct capture *c)
{
	struct buffer *out = channel_guest_output(c->link.channel);

	for (unsigned i = 0; i < GUEST_STEPS_AT_ONCE; i++) {
		if (c->giving_up_ms)
			say_farewell(c);
		else
			say_next(c);
		if (!guest_link_write(&c->link))
			return false;
		if (!out->size && (!c->accepted || c->sent == c->window.to))
			return false;
		if (!out->size && !channel_guest_room(c->link.channel))
			return false;
	}
	return true;
}

/* ---- time ---- */

/* The host owes us something: a session, an answer, room; or an acknowledgement, without which the
 * command cannot go on. */
static bool waits_for_host(struct capture *c)
{
	return !c->accepted || c->done || c->giving_up_ms || c->sent < c->window.to ||
	       channel_guest_output(c->link.channel)->size || guest_window_full(&c->window);
}

static void silent(struct capture *c)
{
	unsigned s = c->options->deadline_s;

	if (c->link.port.fd < 0)
		give_up(c, 0, "the port could not be opened for %u s: %s", s,
			c->link.no_port.message);
	else if (!c->link.port.connected)
		give_up(c, 0, "no host was at the port for %u s", s);
	else if (!c->link.heard_ms) /* a session may have been begun anew meanwhile */
		give_up(c, 0, "the host did not answer for %u s", s);
	else
		give_up(c, 0, "the host fell silent for %u s", s);
}

/* Gives up when a deadline has passed; returns when the next one does. */
static uint64_t judge(struct capture *c)
{
	uint64_t now_ms = c->link.now_ms, silent_ms = UINT64_MAX, idle_ms;

	if (c->outcome != UNDER_WAY)
		return now_ms;
	if (!waits_for_host(c))
		c->waiting_ms = 0;
	else if (!c->waiting_ms)
		c->waiting_ms = now_ms;
	if (c->waiting_ms)
		silent_ms = deadline_ms(c) +
			    (c->link.heard_ms > c->waiting_ms ? c->link.heard_ms : c->waiting_ms);
	idle_ms = c->progress_ms + GUEST_PATIENCE * deadline_ms(c);
	if (now_ms >= silent_ms) {
		silent(c);
		c->outcome = LOST;
	} else if (now_ms >= idle_ms) {
		give_up(c, FAREWELL_MS, "%s for %llu s",
			c->waiting_ms ? "the host took nothing" : "the command wrote nothing",
			(unsigned long long)GUEST_PATIENCE * c->options->deadline_s);
	}
	if (c->giving_up_ms && now_ms >= c->giving_up_ms)
		c->outcome = LOST;
	return guest_earlier(silent_ms, c->giving_up_ms ? c->giving_up_ms : idle_ms);
}

/* ---- the round ---- */

/* Returns when the next is due at the latest. */
static uint64_t work(struct capture *c)
{
	uint64_t next_ms = UINT64_MAX;

	guest_link_look(&c->link);
	while (guest_link_read(&c->link))
		take_events(c);
	if (c->link.interrupted)
		interrupt(c);
	c->link.interrupted = false;
	read_command(c);
	if (c->command.fd < 0 && !c->command.ended)
		next_ms = c->link.now_ms + REAP_LOOK_MS;
	if (!c->link.port.connected)
		return guest_earlier(next_ms, guest_link_due(&c->link));
	next_ms = guest_earlier(next_ms, channel_guest_tick(c->link.channel, c->link.now_ms));
	take_events(c);
	if (!c->giving_up_ms)
		offer(c);
	if (!c->offered && c->offer_ms > c->link.now_ms)
		next_ms = guest_earlier(next_ms, c->offer_ms);
	if (pump(c))
		return c->link.now_ms;
	return guest_earlier(next_ms, guest_link_due(&c->link));
}

static void capture_done(struct capture *c)
{
	guest_command_done(&c->command);
	guest_window_done(&c->window);
	guest_link_done(&c->link);
}

/* How a stream ended, for the console. */
struct ending {
	char words[GUEST_WORDS]; /* what became of it; why it was given up */
	char lost[96];		 /* what there was of it then */
	bool worth_fallback;	 /* the command itself did not fail */
};

static void sum_up(const struct capture *c, struct ending *ending)
{
	char made[TEXT_SIZE], had[TEXT_SIZE];

	text_size(c->window.to, made);
	text_size(c->most, had);
	if (c->outcome == SAFE)
		snprintf(ending->words, GUEST_WORDS, "the dump is safe at the host, %llu bytes",
			 (unsigned long long)c->window.to);
	else
		snprintf(ending->words, GUEST_WORDS, "%s", c->why);
	snprintf(ending->lost, sizeof(ending->lost), "%s of it had been made, %s were at the host",
		 made, had);
	ending->worth_fallback = !c->command_failed;
}

static bool stream(const struct guest_capture_options *options, struct ending *ending)
{
	CLEANUP(capture_done) struct capture c = {.options = options, .command.fd = -1};
	struct dint_error err;

	if (!guest_link_init(&c.link, &options->guest, CHANNEL_ROLE_CAPTURE, &err)) {
		*ending = (struct ending){.worth_fallback = true};
		snprintf(ending->words, GUEST_WORDS, "%s", err.message);
		return false;
	}
	guest_window_init(&c.window);
	start_run(&c);
	while (c.outcome == UNDER_WAY) {
		uint64_t next_ms = work(&c);

		next_ms = guest_earlier(next_ms, judge(&c));
		if (c.outcome == UNDER_WAY && !guest_link_wait(&c.link, next_ms, &err))
			give_up(&c, 0, "%s", err.message);
	}
	sum_up(&c, ending);
	return c.outcome == SAFE;
}

bool guest_capture(const struct guest_capture_options *options, char words[GUEST_WORDS])
{
	struct ending ending;
	char line[GUEST_WORDS] = "";
	bool kept;

	if (stream(options, &ending)) {
		snprintf(words, GUEST_WORDS, "%s", ending.words);
		return true;
	}
	kept = options->fallback && ending.worth_fallback && guest_fallback(options, line);
	if (kept)
		snprintf(words, GUEST_WORDS, "%.120s; the dump is kept as %.180s", ending.words,
			 line);
	else
		snprintf(words, GUEST_WORDS, "%.120s; the dump is lost: %s%s%.110s", ending.words,
			 ending.lost, *line ? "; " : "", line);
	return kept;
}
