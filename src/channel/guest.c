/* SPDX-License-Identifier: MIT */
/*
 * The guest's side of one transfer at a time:
 *
 *	        offer            ACCEPT            done              STORED
 *	IDLE ----------> OFFERED -------> SENDING ------> FINISHED ----------> IDLE
 *	  ^                 |                |                |
 *	  +---- REFUSE, STORED, withdraw, the session lost ---+
 */
#include "channel/guest.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "channel/session_internal.h"

enum phase { IDLE, OFFERED, SENDING, FINISHED };

struct channel_guest {
	struct channel_session session;
	enum phase phase;
	struct channel_id id; /* what is on offer unless IDLE */
	uint64_t size;	      /* as offered */
	uint64_t sent, acked; /* bytes from the start */
	uint64_t window_bytes;
	bool hello_due, lost_due; /* events that wait to be taken */
	struct channel_refuse refuse;
	struct dint_error err;
};

struct channel_guest *channel_guest_new(const struct channel_hello *hello)
{
	struct channel_guest *guest = xcalloc(1, sizeof(*guest));

	channel_session_init(&guest->session, hello, CHANNEL_HOST_PAYLOAD_MAX,
			     CHANNEL_FRAME_BYTES(CHANNEL_PAYLOAD_MAX));
	return guest;
}

void channel_guest_free(struct channel_guest *guest)
{
	if (!guest)
		return;
	channel_session_done(&guest->session);
	free(guest);
}

struct buffer *channel_guest_output(struct channel_guest *guest)
{
	return &guest->session.out;
}

void channel_guest_feed(struct channel_guest *guest, const void *bytes, size_t n, uint64_t now_ms)
{
	channel_session_feed(&guest->session, bytes, n, now_ms);
}

bool channel_guest_established(const struct channel_guest *guest)
{
	return guest->session.established;
}

static void enter(struct channel_guest *guest, enum phase phase)
{
	guest->phase = phase;
	channel_session_wait(&guest->session, phase != IDLE);
}

void channel_guest_begin(struct channel_guest *guest, uint64_t now_ms)
{
	enter(guest, IDLE);
	guest->hello_due = guest->lost_due = false;
	buffer_clear(&guest->session.out);
	channel_decoder_clear(&guest->session.decoder);
	channel_session_begin(&guest->session, now_ms);
}

/* guest->err says what the host did; the caller's offer is void. */
static bool begin_again(struct channel_guest *guest, struct channel_guest_event *event)
{
	enter(guest, IDLE);
	channel_session_begin(&guest->session, guest->session.now_ms);
	event->type = CHANNEL_GUEST_ERROR;
	event->words = guest->err.message;
	return true;
}

static bool current(const struct channel_guest *guest, const struct channel_id *id)
{
	return guest->phase != IDLE && channel_id_equal(&guest->id, id);
}

/* The handlers of what a host sends: true when there is an event. */

static bool on_ask(struct channel_guest *guest, const struct channel_frame *frame,
		   struct channel_guest_event *event)
{
	(void)guest, (void)frame;
	event->type = CHANNEL_GUEST_READINESS_ASKED;
	return true;
}

static bool on_accept(struct channel_guest *guest, const struct channel_frame *frame,
		      struct channel_guest_event *event)
{
	struct channel_accept accept;

	if (!channel_accept_decode(frame->payload, frame->length, &accept, &guest->err))
		return begin_again(guest, event);
	if (!current(guest, &accept.id) || guest->phase != OFFERED)
		return false; /* crossed our withdrawal */
	if (accept.from > guest->size) {
		dint_error_set(&guest->err, DINT_CORRUPT, "asks for byte %llu of %llu",
			       (unsigned long long)accept.from, (unsigned long long)guest->size);
		return begin_again(guest, event);
	}
	guest->sent = guest->acked = accept.from;
	guest->window_bytes = accept.window_bytes > CHANNEL_DATA_MAX ? accept.window_bytes
								     : CHANNEL_DATA_MAX;
	enter(guest, SENDING);
	event->type = CHANNEL_GUEST_ACCEPTED;
	event->from = accept.from;
	return true;
}

static bool on_ack(struct channel_guest *guest, const struct channel_frame *frame,
		   struct channel_guest_event *event)
{
	struct channel_ack ack;

	if (!channel_ack_decode(frame->payload, frame->length, &ack, &guest->err))
		return begin_again(guest, event);
	if (!current(guest, &ack.id) || guest->phase == OFFERED)
		return false;
	if (ack.synced > guest->sent || ack.synced < guest->acked) {
		dint_error_set(&guest->err, DINT_CORRUPT, "acknowledges %llu bytes of %llu sent",
			       (unsigned long long)ack.synced, (unsigned long long)guest->sent);
		return begin_again(guest, event);
	}
	guest->acked = ack.synced;
	event->type = CHANNEL_GUEST_ACKNOWLEDGED;
	event->from = ack.synced;
	return true;
}

static bool on_refuse(struct channel_guest *guest, const struct channel_frame *frame,
		      struct channel_guest_event *event)
{
	if (!channel_refuse_decode(frame->payload, frame->length, &guest->refuse, &guest->err))
		return begin_again(guest, event);
	if (!current(guest, &guest->refuse.id))
		return false;
	enter(guest, IDLE);
	event->type = CHANNEL_GUEST_REFUSED;
	event->refuse = &guest->refuse;
	return true;
}

static bool on_stored(struct channel_guest *guest, const struct channel_frame *frame,
		      struct channel_guest_event *event)
{
	struct channel_id id;

	if (!channel_stored_decode(frame->payload, frame->length, &id, &guest->err))
		return begin_again(guest, event);
	if (!current(guest, &id))
		return false;
	enter(guest, IDLE);
	event->type = CHANNEL_GUEST_STORED;
	return true;
}

static bool on_pong(struct channel_guest *guest, const struct channel_frame *frame,
		    struct channel_guest_event *event)
{
	(void)guest, (void)frame;
	event->type = CHANNEL_GUEST_PONG;
	return true;
}

static bool on_frame(struct channel_guest *guest, const struct channel_frame *frame,
		     struct channel_guest_event *event)
{
	static const struct {
		enum channel_type type;
		bool (*handle)(struct channel_guest *guest, const struct channel_frame *frame,
			       struct channel_guest_event *event);
	} handlers[] = {
		{CHANNEL_TYPE_ASK_READINESS, on_ask}, {CHANNEL_TYPE_ACCEPT, on_accept},
		{CHANNEL_TYPE_ACK, on_ack},	      {CHANNEL_TYPE_REFUSE, on_refuse},
		{CHANNEL_TYPE_STORED, on_stored},     {CHANNEL_TYPE_PONG, on_pong},
	};

	for (unsigned i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if (handlers[i].type == frame->type)
			return handlers[i].handle(guest, frame, event);
	return false; /* of a later version's: it does without an answer */
}

static bool on_news(struct channel_guest *guest, enum channel_session_news news,
		    const struct channel_frame *frame, struct channel_guest_event *event)
{
	switch (news) {
	case CHANNEL_NEWS_FRAME:
		return on_frame(guest, frame, event);
	case CHANNEL_NEWS_BROKEN:
		return begin_again(guest, event);
	case CHANNEL_NEWS_ESTABLISHED:
		guest->hello_due = true;
		return false;
	case CHANNEL_NEWS_REPLACED:
		guest->hello_due = true;
		break;
	case CHANNEL_NEWS_RESTARTED:
		break;
	}
	enter(guest, IDLE);
	event->type = CHANNEL_GUEST_LOST;
	return true;
}

static bool on_due(struct channel_guest *guest, struct channel_guest_event *event)
{
	bool *due = guest->lost_due ? &guest->lost_due : &guest->hello_due;

	if (!*due)
		return false;
	event->type = guest->lost_due ? CHANNEL_GUEST_LOST : CHANNEL_GUEST_HELLO;
	*due = false;
	return true;
}

bool channel_guest_next(struct channel_guest *guest, struct channel_guest_event *event)
{
	enum channel_session_news news;
	struct channel_frame frame;

	*event = (struct channel_guest_event){0};
	for (;;) {
		if (on_due(guest, event))
			return true;
		if (!channel_session_next(&guest->session, &news, &frame, &guest->err))
			return on_due(guest, event);
		if (on_news(guest, news, &frame, event))
			return true;
	}
}

uint64_t channel_guest_tick(struct channel_guest *guest, uint64_t now_ms)
{
	uint64_t again_ms;

	if (channel_session_tick(&guest->session, now_ms, &again_ms)) {
		channel_guest_begin(guest, now_ms);
		guest->lost_due = true;
		channel_session_tick(&guest->session, now_ms, &again_ms);
	}
	return again_ms;
}

bool channel_guest_readiness(struct channel_guest *guest, const struct channel_readiness *readiness)
{
	size_t frame;

	if (!guest->session.established)
		return false;
	frame = channel_session_frame(&guest->session, CHANNEL_TYPE_READINESS);
	channel_readiness_encode(readiness, &guest->session.out);
	channel_session_send(&guest->session, frame);
	return true;
}

bool channel_guest_ping(struct channel_guest *guest)
{
	if (!guest->session.established)
		return false;
	channel_session_ping(&guest->session);
	return true;
}

bool channel_guest_nothing(struct channel_guest *guest, const struct channel_nothing *nothing)
{
	size_t frame;

	if (!guest->session.established)
		return false;
	frame = channel_session_frame(&guest->session, CHANNEL_TYPE_NOTHING);
	channel_nothing_encode(nothing, &guest->session.out);
	channel_session_send(&guest->session, frame);
	return true;
}

bool channel_guest_offer(struct channel_guest *guest, const struct channel_offer *offer)
{
	size_t frame;

	if (!guest->session.established || guest->phase != IDLE)
		return false;
	guest->id = offer->id;
	guest->size = offer->size;
	enter(guest, OFFERED);
	frame = channel_session_frame(&guest->session, CHANNEL_TYPE_OFFER);
	channel_offer_encode(offer, &guest->session.out);
	channel_session_send(&guest->session, frame);
	return true;
}

size_t channel_guest_room(const struct channel_guest *guest)
{
	uint64_t room;

	if (guest->phase != SENDING || guest->session.out.size >= CHANNEL_DATA_MAX)
		return 0;
	room = guest->window_bytes - (guest->sent - guest->acked);
	if (room > guest->size - guest->sent)
		room = guest->size - guest->sent;
	return room < CHANNEL_DATA_MAX ? room : CHANNEL_DATA_MAX;
}

bool channel_guest_data(struct channel_guest *guest, const void *bytes, size_t n)
{
	struct channel_data data = {.offset = guest->sent, .bytes = bytes, .n = n};
	size_t frame;

	if (guest->phase != SENDING)
		return false;
	assert(n <= channel_guest_room(guest));
	frame = channel_session_frame(&guest->session, CHANNEL_TYPE_DATA);
	channel_data_encode(&data, &guest->session.out);
	channel_session_send(&guest->session, frame);
	guest->sent += n;
	return true;
}

bool channel_guest_done(struct channel_guest *guest, const uint8_t sum[SHA256_BYTES])
{
	struct channel_done done = {.id = guest->id, .size = guest->sent};
	size_t frame;

	if (guest->phase != SENDING)
		return false;
	memcpy(done.sum, sum, SHA256_BYTES);
	enter(guest, FINISHED);
	frame = channel_session_frame(&guest->session, CHANNEL_TYPE_DONE);
	channel_done_encode(&done, &guest->session.out);
	channel_session_send(&guest->session, frame);
	return true;
}

bool channel_guest_withdraw(struct channel_guest *guest, const char *words)
{
	struct channel_withdraw withdraw = {.id = guest->id};
	size_t frame;

	if (guest->phase == IDLE)
		return false;
	enter(guest, IDLE);
	snprintf(withdraw.words, sizeof(withdraw.words), "%s", words);
	frame = channel_session_frame(&guest->session, CHANNEL_TYPE_WITHDRAW);
	channel_withdraw_encode(&withdraw, &guest->session.out);
	channel_session_send(&guest->session, frame);
	return true;
}
