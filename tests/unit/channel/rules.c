/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An end that breaks the rules: the other says so, and nothing of it comes through. */
#include "../check.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "channel/channel.h"
#include "channel/session_internal.h"

/* A peer that says whatever the test wants: a session without the rules of host.c or guest.c. */
struct pair {
	struct channel_session peer;
	struct channel_host *host; /* one of the two */
	struct channel_guest *guest;
};

static const struct channel_id id = {.bytes = "sixteen bytes id"};
static const uint8_t sum[SHA256_BYTES] = {1, 2, 3};

static struct buffer *pair_output(struct pair *pair)
{
	return pair->host ? channel_host_output(pair->host) : channel_guest_output(pair->guest);
}

/* Both ways, until there is nothing to carry; the last frame the peer heard is returned. */
static uint8_t carry(struct pair *pair)
{
	struct buffer *out = pair_output(pair);
	enum channel_session_news news;
	struct channel_frame frame;
	struct dint_error err;
	uint8_t heard = 0;

	channel_session_feed(&pair->peer, out->bytes, out->size, 0);
	buffer_clear(out);
	while (channel_session_next(&pair->peer, &news, &frame, &err))
		heard = news == CHANNEL_NEWS_FRAME ? frame.type : heard;
	if (pair->host)
		channel_host_feed(pair->host, pair->peer.out.bytes, pair->peer.out.size, 0);
	else
		channel_guest_feed(pair->guest, pair->peer.out.bytes, pair->peer.out.size, 0);
	buffer_clear(&pair->peer.out);
	return heard;
}

static void pair_init(struct pair *pair, bool host)
{
	struct channel_hello hello = {.nonce = 5, .role = CHANNEL_ROLE_SYSTEM};

	*pair = (struct pair){0};
	channel_session_init(&pair->peer, &hello, CHANNEL_PAYLOAD_MAX, 0);
	channel_session_begin(&pair->peer, 0);
	if (host) {
		pair->host = channel_host_new(6, 0);
	} else {
		pair->guest = channel_guest_new(&hello);
		hello.nonce = 99;
		channel_guest_begin(pair->guest, 0);
	}
}

static void pair_done(struct pair *pair)
{
	channel_session_done(&pair->peer);
	channel_host_free(pair->host);
	channel_guest_free(pair->guest);
}

static void host_meets_guest(struct pair *pair)
{
	struct channel_host_event event;

	pair_init(pair, true);
	carry(pair);
	while (channel_host_next(pair->host, &event))
		;
	carry(pair);
	while (channel_host_next(pair->host, &event))
		;
	carry(pair);
	assert_true(channel_host_established(pair->host));
	assert_true(pair->peer.established);
}

struct told {
	uint64_t size; /* of the offer */
	const char *name;
	bool has_sum;
	struct {
		uint64_t offset;
		size_t n;
	} data[3];
	bool done;
	uint64_t done_size;
	bool wrong_sum;
};

static void tell_offer(struct pair *pair, const struct told *told)
{
	struct channel_offer offer = {.id = id, .size = told->size, .has_sum = told->has_sum};
	size_t frame = channel_session_frame(&pair->peer, CHANNEL_TYPE_OFFER);

	strcpy(offer.name, told->name ? told->name : "vmcore");
	memcpy(offer.sum, sum, sizeof(sum));
	channel_offer_encode(&offer, &pair->peer.out);
	channel_session_send(&pair->peer, frame);
}

static void tell_rest(struct pair *pair, const struct told *told)
{
	struct channel_done done = {.id = id, .size = told->done_size};
	static const uint8_t bytes[100];
	size_t frame;

	for (unsigned i = 0; i < 3 && told->data[i].n; i++) {
		struct channel_data data = {told->data[i].offset, bytes, told->data[i].n};

		frame = channel_session_frame(&pair->peer, CHANNEL_TYPE_DATA);
		channel_data_encode(&data, &pair->peer.out);
		channel_session_send(&pair->peer, frame);
	}
	if (!told->done)
		return;
	memcpy(done.sum, sum, sizeof(sum));
	done.sum[0] ^= told->wrong_sum;
	frame = channel_session_frame(&pair->peer, CHANNEL_TYPE_DONE);
	channel_done_encode(&done, &pair->peer.out);
	channel_session_send(&pair->peer, frame);
}

static const struct {
	const char *name;
	struct told told;
	const char *words;   /* of the error event; NULL: the dump comes to its end */
	bool refused;	     /* for good; else the host begins again */
	unsigned data_bytes; /* that came through before */
} lies[] = {
	{
		.name = "no lie",
		.told = {.size = 30,
			 .has_sum = true,
			 .data = {{0, 10}, {10, 20}},
			 .done = true,
			 .done_size = 30},
		.data_bytes = 30,
	},
	{
		.name = "a stream tells its size at the end",
		.told = {.size = CHANNEL_SIZE_UNKNOWN,
			 .data = {{0, 10}, {10, 20}},
			 .done = true,
			 .done_size = 30},
		.data_bytes = 30,
	},
	{
		.name = "more bytes than announced",
		.told = {.size = 25, .data = {{0, 10}, {10, 20}}, .done = true, .done_size = 25},
		.words = "more data than the 25 bytes announced",
		.refused = true,
		.data_bytes = 10,
	},
	{
		.name = "fewer bytes than announced",
		.told = {.size = 50, .data = {{0, 10}, {10, 20}}, .done = true, .done_size = 30},
		.words = "ends with size 30 after 30 bytes",
		.refused = true,
		.data_bytes = 30,
	},
	{
		.name = "another size at the end than came",
		.told = {.size = CHANNEL_SIZE_UNKNOWN,
			 .data = {{0, 10}},
			 .done = true,
			 .done_size = 11},
		.words = "ends with size 11 after 10 bytes",
		.refused = true,
		.data_bytes = 10,
	},
	{
		.name = "another sum at the end than announced",
		.told = {.size = 10,
			 .has_sum = true,
			 .data = {{0, 10}},
			 .done = true,
			 .done_size = 10,
			 .wrong_sum = true},
		.words = "ends with another sum than announced",
		.refused = true,
		.data_bytes = 10,
	},
	{
		.name = "a hole in the data",
		.told = {.size = 30, .data = {{0, 10}, {11, 10}}},
		.words = "data at 11 where 10 was due",
		.data_bytes = 10,
	},
	{
		.name = "the same data twice",
		.told = {.size = 30, .data = {{0, 10}, {0, 10}}},
		.words = "data at 0 where 10 was due",
		.data_bytes = 10,
	},
	{
		.name = "a name that leads elsewhere",
		.told = {.size = 10, .name = "../vmcore"},
		.words = "offer: name '../vmcore' has a '/'",
		.refused = true,
	},
};

static void the_host_sees_through_lies(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		CLEANUP(pair_done) struct pair pair;
		struct channel_host_event event;
		unsigned data_bytes = 0;
		char words[256] = "";
		bool done = false, refused = false;

		host_meets_guest(&pair);
		tell_offer(&pair, &lies[i].told);
		carry(&pair);
		for (unsigned round = 0; round < 2; round++) {
			while (channel_host_next(pair.host, &event)) {
				if (event.type == CHANNEL_HOST_OFFER)
					channel_host_accept(pair.host, &event.offer->id, 0);
				if (event.type == CHANNEL_HOST_ERROR)
					strcpy(words, event.words);
				if (event.type == CHANNEL_HOST_DATA)
					data_bytes += event.n;
				done |= event.type == CHANNEL_HOST_DONE;
			}
			if (!round)
				tell_rest(&pair, &lies[i].told);
			refused |= carry(&pair) == CHANNEL_TYPE_REFUSE;
		}
		if (strcmp(words, lies[i].words ? lies[i].words : "") != 0 ||
		    data_bytes != lies[i].data_bytes || done != !lies[i].words)
			fail_msg("%s: '%s', %u bytes, done %d", lies[i].name, words, data_bytes,
				 done);
		assert_int_equal(refused, lies[i].refused);
		if (lies[i].words && !lies[i].refused)
			assert_false(channel_host_established(pair.host));
	}
}

static void a_second_offer_waits_for_the_first(void **state)
{
	CLEANUP(pair_done) struct pair pair;
	struct told told = {.size = 10};
	struct channel_host_event event;

	(void)state;
	host_meets_guest(&pair);
	tell_offer(&pair, &told);
	tell_offer(&pair, &told);
	carry(&pair);
	assert_true(channel_host_next(pair.host, &event));
	assert_int_equal(event.type, CHANNEL_HOST_OFFER);
	assert_true(channel_host_next(pair.host, &event));
	assert_int_equal(event.type, CHANNEL_HOST_ERROR);
	assert_string_equal(event.words, "a second offer before the first is settled");
	assert_true(channel_host_accept(pair.host, &id, 0));
}

static void calls_for_an_offer_that_is_gone_say_nothing(void **state)
{
	CLEANUP(pair_done) struct pair pair;
	struct told told = {.size = 10};
	struct channel_host_event event;

	(void)state;
	host_meets_guest(&pair);
	assert_false(channel_host_accept(pair.host, &id, 0));
	tell_offer(&pair, &told);
	carry(&pair);
	assert_true(channel_host_next(pair.host, &event));
	assert_false(channel_host_acknowledge(pair.host, &id, 0)); /* not accepted yet */

	/* another guest begins: while the answer was being decided */
	channel_session_begin(&pair.peer, 0);
	carry(&pair);
	assert_true(channel_host_next(pair.host, &event));
	assert_int_equal(event.type, CHANNEL_HOST_PEER_RESTARTED);
	buffer_clear(channel_host_output(pair.host));
	assert_false(channel_host_accept(pair.host, &id, 0));
	assert_false(channel_host_stored(pair.host, &id));
	assert_false(channel_host_refuse(pair.host, &id, CHANNEL_REFUSAL_OTHER, 0, ""));
	assert_false(channel_host_ask_readiness(pair.host));
	assert_int_equal(channel_host_output(pair.host)->size, 0);
}

static void endless_junk_is_nothing(void **state)
{
	CLEANUP(pair_done) struct pair pair;
	struct channel_host_event event;
	uint8_t junk[65536];
	uint32_t word = 1;

	(void)state;
	host_meets_guest(&pair);
	for (unsigned i = 0; i < 256; i++) {
		for (unsigned j = 0; j < sizeof(junk); j++)
			junk[j] = (word = word * 1664525 + 1013904223) >> 24;
		channel_host_feed(pair.host, junk, sizeof(junk), 0);
		assert_false(channel_host_next(pair.host, &event));
	}
}

static void a_guest_that_falls_silent_is_told_once(void **state)
{
	CLEANUP(pair_done) struct pair pair;
	struct told told = {.size = 10};
	struct channel_host_event event;

	(void)state;
	host_meets_guest(&pair);
	assert_true(channel_host_tick(pair.host, 0) == UINT64_MAX); /* idle: no need to talk */
	tell_offer(&pair, &told);
	carry(&pair);
	assert_true(channel_host_next(pair.host, &event));
	channel_host_accept(pair.host, &id, 0);
	carry(&pair);
	assert_int_equal(channel_host_tick(pair.host, 0), CHANNEL_PING_MS);
	assert_int_equal(channel_host_output(pair.host)->size, 0);
	assert_int_equal(channel_host_tick(pair.host, CHANNEL_PING_MS), CHANNEL_SILENT_MS);
	assert_true(channel_host_output(pair.host)->size > 0); /* the ping */
	assert_false(channel_host_next(pair.host, &event));
	channel_host_tick(pair.host, CHANNEL_SILENT_MS);
	assert_true(channel_host_next(pair.host, &event));
	assert_int_equal(event.type, CHANNEL_HOST_PEER_SILENT);
	channel_host_tick(pair.host, 2 * CHANNEL_SILENT_MS);
	assert_false(channel_host_next(pair.host, &event));
}

static void guest_meets_host(struct pair *pair)
{
	struct channel_guest_event event;
	struct channel_offer offer = {.id = id, .size = 50, .name = "vmcore"};

	pair_init(pair, false);
	pair->peer.own.nonce = 77;
	channel_session_begin(&pair->peer, 0);
	for (unsigned i = 0; i < 3; i++) {
		carry(pair);
		while (channel_guest_next(pair->guest, &event))
			;
	}
	assert_true(channel_guest_established(pair->guest));
	assert_true(channel_guest_offer(pair->guest, &offer));
	assert_false(channel_guest_offer(pair->guest, &offer)); /* one at a time */
	carry(pair);
}

static void tell_accept(struct pair *pair, uint64_t from, uint32_t window_bytes)
{
	struct channel_accept accept = {.id = id, .from = from, .window_bytes = window_bytes};
	size_t frame = channel_session_frame(&pair->peer, CHANNEL_TYPE_ACCEPT);

	channel_accept_encode(&accept, &pair->peer.out);
	channel_session_send(&pair->peer, frame);
	carry(pair);
}

static void tell_ack(struct pair *pair, uint64_t synced)
{
	struct channel_ack ack = {.id = id, .synced = synced};
	size_t frame = channel_session_frame(&pair->peer, CHANNEL_TYPE_ACK);

	channel_ack_encode(&ack, &pair->peer.out);
	channel_session_send(&pair->peer, frame);
	carry(pair);
}

static void the_guest_sees_through_lies(void **state)
{
	CLEANUP(pair_done) struct pair pair;
	struct channel_guest_event event;

	(void)state;
	guest_meets_host(&pair);
	tell_accept(&pair, 51, 1000);
	assert_true(channel_guest_next(pair.guest, &event));
	assert_int_equal(event.type, CHANNEL_GUEST_ERROR);
	assert_string_equal(event.words, "asks for byte 51 of 50");
	assert_int_equal(channel_guest_room(pair.guest), 0);
	pair_done(&pair);

	guest_meets_host(&pair);
	tell_accept(&pair, 10, 1000);
	assert_true(channel_guest_next(pair.guest, &event));
	assert_int_equal(event.type, CHANNEL_GUEST_ACCEPTED);
	assert_int_equal(channel_guest_room(pair.guest), 40);
	assert_true(channel_guest_data(pair.guest, sum, 20));
	tell_ack(&pair, 31);
	assert_true(channel_guest_next(pair.guest, &event));
	assert_int_equal(event.type, CHANNEL_GUEST_ERROR);
	assert_string_equal(event.words, "acknowledges 31 bytes of 30 sent");
}

static void the_window_stops_the_guest(void **state)
{
	struct channel_offer offer = {.id = id, .size = 1u << 30, .name = "vmcore"};
	CLEANUP(pair_done) struct pair pair;
	static const uint8_t bytes[CHANNEL_DATA_MAX];
	struct channel_guest_event event;
	uint64_t sent = 0;

	(void)state;
	guest_meets_host(&pair);
	assert_true(channel_guest_withdraw(pair.guest, "another"));
	assert_true(channel_guest_offer(pair.guest, &offer));
	carry(&pair);
	tell_accept(&pair, 0, 100000);
	assert_true(channel_guest_next(pair.guest, &event));
	for (size_t room; (room = channel_guest_room(pair.guest)); sent += room) {
		channel_guest_data(pair.guest, bytes, room);
		carry(&pair);
	}
	assert_int_equal(sent, 100000);
	tell_ack(&pair, 60000);
	assert_true(channel_guest_next(pair.guest, &event));
	assert_int_equal(event.type, CHANNEL_GUEST_ACKNOWLEDGED);
	assert_int_equal(channel_guest_room(pair.guest), CHANNEL_DATA_MAX);
}

static void a_pong_says_that_all_before_was_read(void **state)
{
	CLEANUP(pair_done) struct pair pair;
	struct channel_guest_event event;

	(void)state;
	guest_meets_host(&pair);
	assert_true(channel_guest_withdraw(pair.guest, "no more"));
	assert_true(channel_guest_ping(pair.guest));
	assert_false(channel_guest_next(pair.guest, &event));
	carry(&pair);
	assert_true(channel_guest_next(pair.guest, &event));
	assert_int_equal(event.type, CHANNEL_GUEST_PONG);
	assert_false(channel_guest_next(pair.guest, &event));
	channel_guest_begin(pair.guest, 0);
	assert_false(channel_guest_ping(pair.guest)); /* nobody is there yet */
}

static void the_guest_begins_again_when_the_host_falls_silent(void **state)
{
	CLEANUP(pair_done) struct pair pair;
	struct channel_guest_event event;

	(void)state;
	guest_meets_host(&pair);
	channel_guest_tick(pair.guest, CHANNEL_PING_MS);
	assert_true(channel_guest_output(pair.guest)->size > 0);
	channel_guest_tick(pair.guest, CHANNEL_SILENT_MS);
	assert_true(channel_guest_next(pair.guest, &event));
	assert_int_equal(event.type, CHANNEL_GUEST_LOST);
	assert_false(channel_guest_established(pair.guest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_host_sees_through_lies),
		cmocka_unit_test(a_second_offer_waits_for_the_first),
		cmocka_unit_test(calls_for_an_offer_that_is_gone_say_nothing),
		cmocka_unit_test(endless_junk_is_nothing),
		cmocka_unit_test(a_guest_that_falls_silent_is_told_once),
		cmocka_unit_test(the_guest_sees_through_lies),
		cmocka_unit_test(the_window_stops_the_guest),
		cmocka_unit_test(a_pong_says_that_all_before_was_read),
		cmocka_unit_test(the_guest_begins_again_when_the_host_falls_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
