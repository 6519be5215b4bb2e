/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both ends of the channel. The first byte says which end is under test; then come pieces: a type,
 * a length of two bytes, and that many bytes, which are sent as the payload of a right frame of the
 * session (type 0: as they are, in no frame), so that the sums do not keep the fuzzer out.
 */
#include "channel/channel.h"
#include "base/cleanup.h"
#include "base/cursor.h"
#include "channel/session_internal.h"

struct ends {
	struct channel_session peer;
	struct channel_host *host; /* one of the two */
	struct channel_guest *guest;
	uint64_t now_ms;
};

static void ends_done(struct ends *ends)
{
	channel_session_done(&ends->peer);
	channel_host_free(ends->host);
	channel_guest_free(ends->guest);
}

static void host_answers(struct channel_host *host, const struct channel_host_event *event)
{
	if (event->type == CHANNEL_HOST_OFFER)
		channel_host_accept(host, &event->offer->id, event->offer->size & 0xff);
	if (event->type == CHANNEL_HOST_DATA)
		channel_host_acknowledge(host, &event->offer->id, event->offset + event->n);
	if (event->type == CHANNEL_HOST_DONE)
		channel_host_stored(host, &event->offer->id);
}

static void guest_answers(struct channel_guest *guest, const struct channel_guest_event *event)
{
	struct channel_offer offer = {.size = 100000, .name = "vmcore"};
	static const uint8_t zeros[CHANNEL_DATA_MAX];

	if (event->type == CHANNEL_GUEST_HELLO || event->type == CHANNEL_GUEST_REFUSED)
		channel_guest_offer(guest, &offer);
	if (channel_guest_room(guest))
		channel_guest_data(guest, zeros, channel_guest_room(guest));
}

static void carry(struct ends *ends)
{
	struct buffer *out = ends->host ? channel_host_output(ends->host)
					: channel_guest_output(ends->guest);
	struct channel_guest_event guest_event;
	struct channel_host_event host_event;
	enum channel_session_news news;
	struct channel_frame frame;
	struct dint_error err;

	if (ends->host)
		channel_host_feed(ends->host, ends->peer.out.bytes, ends->peer.out.size,
				  ends->now_ms);
	else
		channel_guest_feed(ends->guest, ends->peer.out.bytes, ends->peer.out.size,
				   ends->now_ms);
	buffer_clear(&ends->peer.out);
	while (ends->host && channel_host_next(ends->host, &host_event))
		host_answers(ends->host, &host_event);
	while (ends->guest && channel_guest_next(ends->guest, &guest_event))
		guest_answers(ends->guest, &guest_event);
	channel_session_feed(&ends->peer, out->bytes, out->size, ends->now_ms);
	buffer_clear(out);
	while (channel_session_next(&ends->peer, &news, &frame, &err))
		;
}

static void send_piece(struct ends *ends, uint8_t type, const uint8_t *bytes, size_t n)
{
	size_t frame = type ? channel_session_frame(&ends->peer, type) : 0;

	buffer_add(&ends->peer.out, bytes, n);
	if (type)
		channel_session_send(&ends->peer, frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct channel_hello hello = {.nonce = 1, .role = CHANNEL_ROLE_SYSTEM};
	CLEANUP(ends_done) struct ends ends = {0};
	struct cursor c = cursor_over(data, size);
	bool to_host = cursor_u8(&c) & 1;

	channel_session_init(&ends.peer, &hello, CHANNEL_PAYLOAD_MAX, 0);
	channel_session_begin(&ends.peer, 0);
	if (to_host) {
		ends.host = channel_host_new(2, 0);
	} else {
		hello.nonce = 3;
		ends.guest = channel_guest_new(&hello);
		channel_guest_begin(ends.guest, 0);
	}
	for (unsigned i = 0; i < 3; i++)
		carry(&ends);
	while (cursor_left(&c)) {
		uint8_t type = cursor_u8(&c);
		size_t n = cursor_u16(&c);

		n = n < cursor_left(&c) ? n : cursor_left(&c);
		send_piece(&ends, type, cursor_bytes(&c, n), n);
		carry(&ends);
		ends.now_ms += 1000;
		if (ends.host)
			channel_host_tick(ends.host, ends.now_ms);
		else
			channel_guest_tick(ends.guest, ends.now_ms);
	}
	return 0;
}
