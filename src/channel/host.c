/* SPDX-License-Identifier: MIT */
/*
 * The host's side of one transfer at a time:
 *
 *	         OFFER            accept             DONE              stored
 *	IDLE -----------> OFFERED -------> RECEIVING ------> FINISHED ---------> IDLE
 *	  ^                  |                 |                 |
 *	  +---- refuse, stored, WITHDRAW, a rule broken, another guest ----------+
 */
#include "channel/host.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "channel/session_internal.h"

enum phase { IDLE, OFFERED, RECEIVING, FINISHED };

struct channel_host {
	struct channel_session session;
	enum phase phase;
	uint64_t received;	     /* bytes of the offer that came, in this session or before */
	struct channel_offer offer;  /* the last one; current unless IDLE */
	bool hello_due, silence_due; /* events that wait to be taken */
	uint8_t alien_told;
	struct channel_readiness readiness;
	struct channel_nothing nothing;
	struct channel_done done;
	struct channel_withdraw withdraw;
	struct dint_error err;
};

const char *channel_host_event_name(enum channel_host_event_type type)
{
	static const char *const names[] = {
		[CHANNEL_HOST_HELLO] = "hello",
		[CHANNEL_HOST_PEER_RESTARTED] = "peer-restarted",
		[CHANNEL_HOST_READINESS] = "readiness",
		[CHANNEL_HOST_OFFER] = "offer",
		[CHANNEL_HOST_DATA] = "data",
		[CHANNEL_HOST_DONE] = "done",
		[CHANNEL_HOST_WITHDRAWN] = "withdrawn",
		[CHANNEL_HOST_NOTHING] = "nothing",
		[CHANNEL_HOST_PONG] = "pong",
		[CHANNEL_HOST_PEER_SILENT] = "peer-silent",
		[CHANNEL_HOST_ERROR] = "error",
	};

	return names[type];
}

struct channel_host *channel_host_new(uint64_t nonce, uint64_t now_ms)
{
	struct channel_host *host = xcalloc(1, sizeof(*host));
	struct channel_hello own = {.nonce = nonce, .role = CHANNEL_ROLE_HOST};

	snprintf(own.version, sizeof(own.version), "%s", DINT_VERSION);
	channel_session_init(&host->session, &own, CHANNEL_PAYLOAD_MAX,
			     CHANNEL_FRAME_BYTES(CHANNEL_HOST_PAYLOAD_MAX));
	channel_session_begin(&host->session, now_ms);
	return host;
}

void channel_host_free(struct channel_host *host)
{
	if (!host)
		return;
	channel_session_done(&host->session);
	free(host);
}

struct buffer *channel_host_output(struct channel_host *host)
{
	return &host->session.out;
}

void channel_host_feed(struct channel_host *host, const void *bytes, size_t n, uint64_t now_ms)
{
	channel_session_feed(&host->session, bytes, n, now_ms);
}

bool channel_host_established(const struct channel_host *host)
{
	return host->session.established;
}

static void enter(struct channel_host *host, enum phase phase)
{
	host->phase = phase;
	channel_session_wait(&host->session, phase == RECEIVING);
}

static void say_refusal(struct channel_host *host, const struct channel_id *id,
			enum channel_refusal code, uint32_t retry_s, const char *words)
{
	size_t frame = channel_session_frame(&host->session, CHANNEL_TYPE_REFUSE);
	struct channel_refuse refuse = {.id = *id, .code = code, .retry_s = retry_s};

	snprintf(refuse.words, sizeof(refuse.words), "%s", words);
	channel_refuse_encode(&refuse, &host->session.out);
	channel_session_send(&host->session, frame);
}

/* host->err says what; the event takes its words from there. */
static bool complain(struct channel_host *host, struct channel_host_event *event)
{
	event->type = CHANNEL_HOST_ERROR;
	event->words = host->err.message;
	return true;
}

/* The guest lied about this offer: it would do so again. */
static bool refuse_lie(struct channel_host *host, enum channel_refusal code,
		       struct channel_host_event *event)
{
	say_refusal(host, &host->offer.id, code, 0, host->err.message);
	enter(host, IDLE);
	event->offer = &host->offer;
	return complain(host, event);
}

/* Something was lost on the way: with a new nonce of ours the guest offers again. */
static bool begin_again(struct channel_host *host, struct channel_host_event *event)
{
	if (host->phase != IDLE)
		event->offer = &host->offer;
	enter(host, IDLE);
	channel_session_begin(&host->session, host->session.now_ms);
	return complain(host, event);
}

static bool current(const struct channel_host *host, const struct channel_id *id)
{
	return host->session.established && host->phase != IDLE &&
	       channel_id_equal(&host->offer.id, id);
}

/* The handlers of what a guest sends: true when there is an event. */

static bool on_readiness(struct channel_host *host, const struct channel_frame *frame,
			 struct channel_host_event *event)
{
	if (!channel_readiness_decode(frame->payload, frame->length, &host->readiness, &host->err))
		return complain(host, event);
	event->type = CHANNEL_HOST_READINESS;
	event->readiness = &host->readiness;
	return true;
}

static bool on_offer(struct channel_host *host, const struct channel_frame *frame,
		     struct channel_host_event *event)
{
	struct channel_offer offer = {0};
	bool right = channel_offer_decode(frame->payload, frame->length, &offer, &host->err);

	if (host->phase != IDLE) {
		say_refusal(host, &offer.id, CHANNEL_REFUSAL_BUSY, 60, "one dump at a time");
		dint_error_set(&host->err, DINT_CORRUPT,
			       "a second offer before the first is settled");
		return complain(host, event);
	}
	host->offer = offer;
	if (!right) {
		dint_error_prefix(&host->err, "offer");
		return refuse_lie(host, CHANNEL_REFUSAL_BAD_NAME, event);
	}
	enter(host, OFFERED);
	event->type = CHANNEL_HOST_OFFER;
	event->offer = &host->offer;
	return true;
}

static bool on_data(struct channel_host *host, const struct channel_frame *frame,
		    struct channel_host_event *event)
{
	struct channel_data data;

	if (host->phase != RECEIVING)
		return false; /* was on its way when we refused */
	if (!channel_data_decode(frame->payload, frame->length, &data, &host->err))
		return begin_again(host, event);
	if (data.offset != host->received) {
		dint_error_set(&host->err, DINT_CORRUPT, "data at %llu where %llu was due",
			       (unsigned long long)data.offset, (unsigned long long)host->received);
		return begin_again(host, event);
	}
	if (data.offset + data.n > host->offer.size) {
		dint_error_set(&host->err, DINT_CORRUPT, "more data than the %llu bytes announced",
			       (unsigned long long)host->offer.size);
		return refuse_lie(host, CHANNEL_REFUSAL_BAD_SIZE, event);
	}
	if (!data.n)
		return false;
	host->received += data.n;
	event->type = CHANNEL_HOST_DATA;
	event->offer = &host->offer;
	event->offset = data.offset;
	event->bytes = data.bytes;
	event->n = data.n;
	return true;
}

static bool on_done(struct channel_host *host, const struct channel_frame *frame,
		    struct channel_host_event *event)
{
	struct channel_done *done = &host->done;

	if (host->phase != RECEIVING)
		return false;
	if (!channel_done_decode(frame->payload, frame->length, done, &host->err))
		return begin_again(host, event);
	if (!channel_id_equal(&done->id, &host->offer.id))
		return false;
	if (done->size != host->received ||
	    (host->offer.size != CHANNEL_SIZE_UNKNOWN && done->size != host->offer.size)) {
		dint_error_set(&host->err, DINT_CORRUPT, "ends with size %llu after %llu bytes",
			       (unsigned long long)done->size, (unsigned long long)host->received);
		return refuse_lie(host, CHANNEL_REFUSAL_BAD_SIZE, event);
	}
	if (host->offer.has_sum && memcmp(done->sum, host->offer.sum, SHA256_BYTES) != 0) {
		dint_error_set(&host->err, DINT_CORRUPT, "ends with another sum than announced");
		return refuse_lie(host, CHANNEL_REFUSAL_BAD_SUM, event);
	}
	enter(host, FINISHED);
	event->type = CHANNEL_HOST_DONE;
	event->offer = &host->offer;
	event->size = done->size;
	event->sum = done->sum;
	return true;
}

static bool on_withdraw(struct channel_host *host, const struct channel_frame *frame,
			struct channel_host_event *event)
{
	if (!channel_withdraw_decode(frame->payload, frame->length, &host->withdraw, &host->err))
		return complain(host, event);
	if (!current(host, &host->withdraw.id))
		return false;
	enter(host, IDLE);
	event->type = CHANNEL_HOST_WITHDRAWN;
	event->offer = &host->offer;
	event->words = host->withdraw.words;
	return true;
}

static bool on_nothing(struct channel_host *host, const struct channel_frame *frame,
		       struct channel_host_event *event)
{
	if (!channel_nothing_decode(frame->payload, frame->length, &host->nothing, &host->err))
		return complain(host, event);
	event->type = CHANNEL_HOST_NOTHING;
	event->nothing = &host->nothing;
	return true;
}

static bool on_pong(struct channel_host *host, const struct channel_frame *frame,
		    struct channel_host_event *event)
{
	(void)host, (void)frame;
	event->type = CHANNEL_HOST_PONG;
	return true;
}

static bool on_frame(struct channel_host *host, const struct channel_frame *frame,
		     struct channel_host_event *event)
{
	static const struct {
		enum channel_type type;
		bool (*handle)(struct channel_host *host, const struct channel_frame *frame,
			       struct channel_host_event *event);
	} handlers[] = {
		{CHANNEL_TYPE_READINESS, on_readiness}, {CHANNEL_TYPE_OFFER, on_offer},
		{CHANNEL_TYPE_DATA, on_data},		{CHANNEL_TYPE_DONE, on_done},
		{CHANNEL_TYPE_WITHDRAW, on_withdraw},	{CHANNEL_TYPE_NOTHING, on_nothing},
		{CHANNEL_TYPE_PONG, on_pong},
	};

	for (unsigned i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if (handlers[i].type == frame->type)
			return handlers[i].handle(host, frame, event);
	return false; /* of a later version's: it does without an answer */
}

static bool on_news(struct channel_host *host, enum channel_session_news news,
		    const struct channel_frame *frame, struct channel_host_event *event)
{
	switch (news) {
	case CHANNEL_NEWS_FRAME:
		return on_frame(host, frame, event);
	case CHANNEL_NEWS_BROKEN:
		return begin_again(host, event);
	case CHANNEL_NEWS_ESTABLISHED:
		host->hello_due = true;
		return false;
	case CHANNEL_NEWS_REPLACED:
		host->hello_due = true;
		break;
	case CHANNEL_NEWS_RESTARTED:
		break;
	}
	enter(host, IDLE);
	event->type = CHANNEL_HOST_PEER_RESTARTED;
	return true;
}

/* What is not of a frame: true when there was something. */
static bool on_due(struct channel_host *host, struct channel_host_event *event)
{
	uint8_t alien = host->session.decoder.alien;

	if (host->hello_due) {
		host->hello_due = false;
		event->type = CHANNEL_HOST_HELLO;
		event->hello = &host->session.peer;
		return true;
	}
	if (host->silence_due) {
		host->silence_due = false;
		event->type = CHANNEL_HOST_PEER_SILENT;
		return true;
	}
	if (alien != host->alien_told && !host->session.established) {
		host->alien_told = alien;
		dint_error_set(&host->err, DINT_UNSUPPORTED,
			       "the guest speaks version %u of the channel, this host %u", alien,
			       CHANNEL_VERSION);
		return complain(host, event);
	}
	return false;
}

bool channel_host_next(struct channel_host *host, struct channel_host_event *event)
{
	enum channel_session_news news;
	struct channel_frame frame;

	*event = (struct channel_host_event){0};
	for (;;) {
		if (on_due(host, event))
			return true;
		if (!channel_session_next(&host->session, &news, &frame, &host->err))
			return on_due(host, event);
		if (on_news(host, news, &frame, event))
			return true;
	}
}

uint64_t channel_host_tick(struct channel_host *host, uint64_t now_ms)
{
	uint64_t again_ms;

	if (channel_session_tick(&host->session, now_ms, &again_ms))
		host->silence_due = true;
	return again_ms;
}

bool channel_host_ask_readiness(struct channel_host *host)
{
	if (!host->session.established)
		return false;
	channel_session_send(&host->session,
			     channel_session_frame(&host->session, CHANNEL_TYPE_ASK_READINESS));
	return true;
}

bool channel_host_ping(struct channel_host *host)
{
	if (!host->session.established)
		return false;
	channel_session_ping(&host->session);
	return true;
}

bool channel_host_accept(struct channel_host *host, const struct channel_id *id, uint64_t from)
{
	struct channel_accept accept = {
		.id = *id, .from = from, .window_bytes = CHANNEL_WINDOW_BYTES};
	size_t frame;

	if (!current(host, id) || host->phase != OFFERED)
		return false;
	assert(from <= host->offer.size);
	host->received = from;
	enter(host, RECEIVING);
	frame = channel_session_frame(&host->session, CHANNEL_TYPE_ACCEPT);
	channel_accept_encode(&accept, &host->session.out);
	channel_session_send(&host->session, frame);
	return true;
}

bool channel_host_acknowledge(struct channel_host *host, const struct channel_id *id,
			      uint64_t synced)
{
	struct channel_ack ack = {.id = *id, .synced = synced};
	size_t frame;

	if (!current(host, id) || host->phase == OFFERED)
		return false;
	assert(synced <= host->received);
	frame = channel_session_frame(&host->session, CHANNEL_TYPE_ACK);
	channel_ack_encode(&ack, &host->session.out);
	channel_session_send(&host->session, frame);
	return true;
}

bool channel_host_stored(struct channel_host *host, const struct channel_id *id)
{
	size_t frame;

	if (!current(host, id))
		return false;
	enter(host, IDLE);
	frame = channel_session_frame(&host->session, CHANNEL_TYPE_STORED);
	channel_stored_encode(id, &host->session.out);
	channel_session_send(&host->session, frame);
	return true;
}

bool channel_host_refuse(struct channel_host *host, const struct channel_id *id,
			 enum channel_refusal code, uint32_t retry_s, const char *words)
{
	if (!current(host, id))
		return false;
	enter(host, IDLE);
	say_refusal(host, id, code, retry_s, words);
	return true;
}
