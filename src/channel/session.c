/* SPDX-License-Identifier: MIT */
/*
 * Who is there:
 *
 *	A: HELLO(a, echo 0, asks)  ->                             B has not heard A before
 *	                           <-  HELLO(b, echo a, asks) :B  A knows that B hears: established
 *	A: HELLO(b, echo a)        ->                             so does B
 *
 * A hello that asks is answered, and an answer asks only while its sender is not established: it
 * ends after three, or four when both began. Any frame of the session is as good as the echo.
 */
#include "channel/session_internal.h"

#include <string.h>

/* Any odd number makes the nonces of one end a sequence without repeats. */
#define NONCE_STEP 0x9e3779b97f4a7c15u

void channel_session_init(struct channel_session *session, const struct channel_hello *own,
			  size_t payload_max, size_t padding_bytes)
{
	*session = (struct channel_session){.own = *own, .padding_bytes = padding_bytes};
	channel_decoder_init(&session->decoder, payload_max);
}

void channel_session_done(struct channel_session *session)
{
	channel_decoder_done(&session->decoder);
	buffer_done(&session->out);
}

size_t channel_session_frame(struct channel_session *session, enum channel_type type)
{
	if (type == CHANNEL_TYPE_HELLO)
		return channel_frame_begin(&session->out, type, 0, 0);
	return channel_frame_begin(&session->out, type, session->sent++, session->decoder.session);
}

void channel_session_send(struct channel_session *session, size_t frame)
{
	channel_frame_end(&session->out, frame);
}

static void say_hello(struct channel_session *session)
{
	size_t frame;

	memset(buffer_room(&session->out, session->padding_bytes), 0, session->padding_bytes);
	buffer_grow(&session->out, session->padding_bytes);
	frame = channel_session_frame(session, CHANNEL_TYPE_HELLO);
	session->own.asks = !session->established;
	channel_hello_encode(&session->own, &session->out);
	channel_session_send(session, frame);
	session->said_ms = session->now_ms;
}

static void part(struct channel_session *session)
{
	session->established = false;
	session->decoder.session = 0;
	channel_session_wait(session, false);
}

void channel_session_begin(struct channel_session *session, uint64_t now_ms)
{
	part(session);
	do {
		session->own.nonce += NONCE_STEP;
	} while (!session->own.nonce);
	session->own.echo = 0;
	session->now_ms = now_ms;
	session->repeat_ms = CHANNEL_HELLO_REPEAT_MS;
	say_hello(session);
}

void channel_session_feed(struct channel_session *session, const void *bytes, size_t n,
			  uint64_t now_ms)
{
	session->now_ms = now_ms;
	channel_decoder_feed(&session->decoder, bytes, n);
}

static void meet_anew(struct channel_session *session, const struct channel_hello *hello)
{
	part(session);
	session->own.echo = hello->nonce;
	session->decoder.session = session->own.nonce ^ hello->nonce;
	session->decoder.damaged = false;
	session->sent = session->heard = 0;
}

static void establish(struct channel_session *session)
{
	session->established = true;
	session->repeat_ms = CHANNEL_HELLO_REPEAT_MS;
}

/* False when the hello is no news. */
static bool meet(struct channel_session *session, const struct channel_hello *hello,
		 enum channel_session_news *news)
{
	bool known = session->own.echo == hello->nonce;
	bool was_established = session->established;
	/* old hellos may come by the dozen, from a queue that nobody read */
	bool just_said = session->now_ms - session->said_ms < CHANNEL_HELLO_REPEAT_MS / 2;

	if (hello->nonce == session->own.nonce)
		return false; /* an echo of the line: a terminal, a loop */
	session->peer = *hello;
	if (!known)
		meet_anew(session, hello);
	if (hello->echo == session->own.nonce && !session->established)
		establish(session);
	if (!known || (hello->asks && !just_said))
		say_hello(session);

	if (!known && was_established)
		*news = session->established ? CHANNEL_NEWS_REPLACED : CHANNEL_NEWS_RESTARTED;
	else if (session->established && !was_established)
		*news = CHANNEL_NEWS_ESTABLISHED;
	else
		return false;
	return true;
}

static void answer_ping(struct channel_session *session, uint64_t token)
{
	size_t frame = channel_session_frame(session, CHANNEL_TYPE_PONG);

	channel_ping_encode(token, &session->out);
	channel_session_send(session, frame);
}

static void hear(struct channel_session *session)
{
	session->heard_ms = session->now_ms;
	session->silence_told = false;
}

bool channel_session_next(struct channel_session *session, enum channel_session_news *news,
			  struct channel_frame *frame, struct dint_error *err)
{
	struct channel_hello hello;
	uint64_t token;

	while (channel_decoder_next(&session->decoder, frame)) {
		hear(session);
		if (frame->type == CHANNEL_TYPE_HELLO) {
			if (channel_hello_decode(frame->payload, frame->length, &hello, err) &&
			    meet(session, &hello, news))
				return true;
			continue;
		}
		if (!session->established) { /* who knows both nonces has heard us */
			establish(session);
			channel_decoder_put_back(&session->decoder, frame);
			*news = CHANNEL_NEWS_ESTABLISHED;
			return true;
		}
		if (frame->sequence != session->heard) {
			dint_error_set(err, DINT_CORRUPT, "frame %u came where %u was due",
				       frame->sequence, session->heard);
			*news = CHANNEL_NEWS_BROKEN;
			return true;
		}
		session->heard++;
		session->decoder.damaged = false;
		if (frame->type == CHANNEL_TYPE_PING) {
			if (channel_ping_decode(frame->payload, frame->length, &token, err))
				answer_ping(session, token);
			continue;
		}
		*news = CHANNEL_NEWS_FRAME;
		return true;
	}
	return false;
}

void channel_session_wait(struct channel_session *session, bool waiting)
{
	if (waiting && !session->waiting)
		hear(session);
	session->waiting = waiting;
}

void channel_session_ping(struct channel_session *session)
{
	size_t frame = channel_session_frame(session, CHANNEL_TYPE_PING);

	channel_ping_encode(session->now_ms, &session->out);
	channel_session_send(session, frame);
	session->pinged_ms = session->now_ms;
}

/* Nobody has answered: say it again, unless the last one still waits to be sent. */
static uint64_t repeat_hello(struct channel_session *session)
{
	if (session->now_ms >= session->said_ms + session->repeat_ms) {
		session->repeat_ms = 2 * session->repeat_ms < CHANNEL_HELLO_REPEAT_MAX_MS
					     ? 2 * session->repeat_ms
					     : CHANNEL_HELLO_REPEAT_MAX_MS;
		if (!session->out.size)
			say_hello(session);
		session->said_ms = session->now_ms;
	}
	return session->said_ms + session->repeat_ms;
}

bool channel_session_tick(struct channel_session *session, uint64_t now_ms, uint64_t *again_ms)
{
	uint64_t ping_ms, silent_ms;

	session->now_ms = now_ms;
	*again_ms = UINT64_MAX;
	if (!session->established) {
		*again_ms = repeat_hello(session);
		return false;
	}
	/* damage, half a frame: a pong completes it, or its number tells that one was lost */
	if (!(session->waiting || channel_decoder_uneasy(&session->decoder)) ||
	    session->silence_told)
		return false;
	ping_ms = session->heard_ms + CHANNEL_PING_MS;
	silent_ms = session->heard_ms + CHANNEL_SILENT_MS;
	if (now_ms >= silent_ms) {
		session->silence_told = true;
		return true;
	}
	if (now_ms >= ping_ms && session->pinged_ms <= session->heard_ms)
		channel_session_ping(session);
	*again_ms = now_ms < ping_ms ? ping_ms : silent_ms;
	return false;
}
