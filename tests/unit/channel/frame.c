/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames in a stream that is cut, changed, or written by somebody who means harm. */
#include "../check.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/crc32c.h"
#include "channel/frame.h"

#define SESSION 0x1234

static void add_frame(struct buffer *to, enum channel_type type, uint64_t session, const char *text)
{
	size_t frame = channel_frame_begin(to, type, 7, session);

	buffer_add_text(to, text);
	channel_frame_end(to, frame);
}

static void add_padding(struct buffer *to, size_t n)
{
	memset(buffer_room(to, n), 0, n);
	buffer_grow(to, n);
}

static void decoder_start(struct channel_decoder *decoder)
{
	channel_decoder_init(decoder, CHANNEL_PAYLOAD_MAX);
	decoder->session = SESSION;
}

static void assert_next(struct channel_decoder *decoder, const char *text)
{
	struct channel_frame frame;

	assert_true(channel_decoder_next(decoder, &frame));
	assert_int_equal(frame.length, strlen(text));
	assert_memory_equal(frame.payload, text, frame.length);
}

static void assert_none(struct channel_decoder *decoder)
{
	struct channel_frame frame;

	assert_false(channel_decoder_next(decoder, &frame));
}

static void comes_whole_a_byte_at_a_time(void **state)
{
	CLEANUP(channel_decoder_done) struct channel_decoder decoder;
	CLEANUP(buffer_done) struct buffer sent = {0};

	(void)state;
	decoder_start(&decoder);
	add_frame(&sent, CHANNEL_TYPE_PING, SESSION, "one");
	for (size_t i = 0; i < sent.size; i++) {
		assert_none(&decoder);
		channel_decoder_feed(&decoder, sent.bytes + i, 1);
	}
	assert_next(&decoder, "one");
	assert_none(&decoder);
	assert_int_equal(decoder.junk_bytes, 0);
	assert_false(channel_decoder_uneasy(&decoder));
}

static void a_frame_of_nothing_is_a_frame(void **state)
{
	CLEANUP(channel_decoder_done) struct channel_decoder decoder;
	CLEANUP(buffer_done) struct buffer sent = {0};

	(void)state;
	decoder_start(&decoder);
	add_frame(&sent, CHANNEL_TYPE_ASK_READINESS, SESSION, "");
	channel_decoder_feed(&decoder, sent.bytes, sent.size);
	assert_next(&decoder, "");
}

static void a_changed_bit_costs_its_frame_and_no_other(void **state)
{
	CLEANUP(buffer_done) struct buffer sent = {0};
	size_t first;

	(void)state;
	add_frame(&sent, CHANNEL_TYPE_PING, SESSION, "the first frame");
	first = sent.size;
	add_padding(&sent, CHANNEL_FRAME_BYTES(CHANNEL_PAYLOAD_MAX));
	add_frame(&sent, CHANNEL_TYPE_PING, SESSION, "the second");
	for (size_t bit = 0; bit < 8 * first; bit++) {
		CLEANUP(channel_decoder_done) struct channel_decoder decoder;

		decoder_start(&decoder);
		sent.bytes[bit / 8] ^= 1 << bit % 8;
		channel_decoder_feed(&decoder, sent.bytes, sent.size);
		sent.bytes[bit / 8] ^= 1 << bit % 8;
		assert_next(&decoder, "the second");
		assert_none(&decoder);
	}
}

/* What a dead peer began, the padding completes: the hello behind it is not waited for in vain. */
static void half_a_frame_does_not_hide_the_hello(void **state)
{
	CLEANUP(buffer_done) struct buffer long_frame = {0};
	char text[1000];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	add_frame(&long_frame, CHANNEL_TYPE_DATA, SESSION, text);
	for (size_t cut = 0; cut < long_frame.size; cut++) {
		CLEANUP(channel_decoder_done) struct channel_decoder decoder;
		CLEANUP(buffer_done) struct buffer sent = {0};

		decoder_start(&decoder);
		buffer_add(&sent, long_frame.bytes, cut);
		add_padding(&sent, CHANNEL_FRAME_BYTES(CHANNEL_PAYLOAD_MAX));
		add_frame(&sent, CHANNEL_TYPE_HELLO, 0, "hello");
		channel_decoder_feed(&decoder, sent.bytes, sent.size);
		assert_next(&decoder, "hello");
		assert_int_equal(decoder.damaged, cut > 0);
	}
}

static void what_is_not_of_the_session_is_not_waited_for(void **state)
{
	static const struct {
		const char *name;
		enum channel_type type;
		uint64_t session;
		size_t length;
	} cases[] = {
		{"another session", CHANNEL_TYPE_DATA, SESSION + 1, 100},
		{"no session", CHANNEL_TYPE_DATA, 0, 100},
		{"a hello in a session", CHANNEL_TYPE_HELLO, SESSION, 100},
		{"a long hello", CHANNEL_TYPE_HELLO, 0, CHANNEL_HELLO_MAX + 1},
		{"too long", CHANNEL_TYPE_DATA, SESSION, CHANNEL_PAYLOAD_MAX + 1},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CLEANUP(channel_decoder_done) struct channel_decoder decoder;
		CLEANUP(buffer_done) struct buffer sent = {0};
		size_t frame = channel_frame_begin(&sent, cases[i].type, 0, cases[i].session);
		struct channel_frame got;

		decoder_start(&decoder);
		add_padding(&sent, cases[i].length);
		channel_frame_end(&sent, frame);
		sent.size = CHANNEL_HEADER_BYTES; /* the rest never comes */
		add_frame(&sent, CHANNEL_TYPE_PING, SESSION, "for us");
		channel_decoder_feed(&decoder, sent.bytes, sent.size);
		if (!channel_decoder_next(&decoder, &got) || got.length != 6)
			fail_msg("%s is waited for", cases[i].name);
	}
}

static void a_frame_within_a_broken_one_counts_if_it_is_of_the_session(void **state)
{
	CLEANUP(channel_decoder_done) struct channel_decoder decoder;
	CLEANUP(buffer_done) struct buffer sent = {0};
	size_t frame = channel_frame_begin(&sent, CHANNEL_TYPE_DATA, 0, SESSION);

	(void)state;
	decoder_start(&decoder);
	add_frame(&sent, CHANNEL_TYPE_PING, SESSION - 1, "of a dead peer, in its memory");
	add_frame(&sent, CHANNEL_TYPE_PING, SESSION, "ours");
	channel_frame_end(&sent, frame);
	sent.bytes[sent.size - 1] ^= 1;
	channel_decoder_feed(&decoder, sent.bytes, sent.size);
	assert_next(&decoder, "ours");
	assert_none(&decoder);
}

static void another_version_is_noted(void **state)
{
	CLEANUP(channel_decoder_done) struct channel_decoder decoder;
	CLEANUP(buffer_done) struct buffer sent = {0};
	uint32_t sum;

	(void)state;
	decoder_start(&decoder);
	add_frame(&sent, CHANNEL_TYPE_HELLO, 0, "hello");
	sent.bytes[4] = 9;
	sum = crc32c(0, sent.bytes, 20);
	for (unsigned i = 0; i < 4; i++)
		sent.bytes[20 + i] = sum >> (8 * i);
	channel_decoder_feed(&decoder, sent.bytes, sent.size);
	assert_none(&decoder);
	assert_int_equal(decoder.alien, 9);
}

/* Headers in headers, each right and each promising 64 KiB whose sum is wrong: summing up all of
 * them would be 2,700 times the bytes that came. */
static void headers_in_headers_are_not_summed_for_ever(void **state)
{
	CLEANUP(channel_decoder_done) struct channel_decoder decoder;
	CLEANUP(buffer_done) struct buffer one = {0};
	CLEANUP(buffer_done) struct buffer sent = {0};
	size_t frame = channel_frame_begin(&one, CHANNEL_TYPE_DATA, 0, SESSION);

	(void)state;
	decoder_start(&decoder);
	add_padding(&one, CHANNEL_PAYLOAD_MAX);
	channel_frame_end(&one, frame);
	while (sent.size < 1u << 20)
		buffer_add(&sent, one.bytes, CHANNEL_HEADER_BYTES);
	channel_decoder_feed(&decoder, sent.bytes, sent.size);
	assert_none(&decoder);
	assert_true(decoder.credit < CHANNEL_PAYLOAD_MAX); /* it was used up, and that was all */

	sent.size = 0;
	add_padding(&sent, CHANNEL_FRAME_BYTES(CHANNEL_PAYLOAD_MAX));
	add_frame(&sent, CHANNEL_TYPE_PING, SESSION, "still here");
	channel_decoder_feed(&decoder, sent.bytes, sent.size);
	assert_next(&decoder, "still here");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_whole_a_byte_at_a_time),
		cmocka_unit_test(a_frame_of_nothing_is_a_frame),
		cmocka_unit_test(a_changed_bit_costs_its_frame_and_no_other),
		cmocka_unit_test(half_a_frame_does_not_hide_the_hello),
		cmocka_unit_test(what_is_not_of_the_session_is_not_waited_for),
		cmocka_unit_test(a_frame_within_a_broken_one_counts_if_it_is_of_the_session),
		cmocka_unit_test(another_version_is_noted),
		cmocka_unit_test(headers_in_headers_are_not_summed_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
