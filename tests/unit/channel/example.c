/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The example of docs/channel.md, byte for byte: each block that begins with ```frame NAME holds
 * the frame that the encoders make, and the real host understands those of the guest.
 * `test-channel-example --print` prints the blocks.
 */
#include "../check.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "channel/channel.h"
#include "channel/frame.h"

#define DOCUMENT      "docs/channel.md"
#define DOCUMENT_MAX  (1 << 20)
#define GUEST_NONCE   0x1111111111111111u
#define HOST_NONCE    0x2222222222222222u
#define SESSION	      (GUEST_NONCE ^ HOST_NONCE)
#define CONTENT	      "a dump\n"
#define CONTENT_BYTES 7

static const struct channel_id id = {.bytes = "sixteen bytes id"};

/* The nonce that a new host takes one step from (session.c). */
#define BEFORE(nonce) ((nonce)-0x9e3779b97f4a7c15u)

static void content_sum(uint8_t sum[SHA256_BYTES])
{
	struct sha256 hash;

	sha256_init(&hash);
	sha256_add(&hash, CONTENT, CONTENT_BYTES);
	sha256_end(&hash, sum);
}

static void guest_hello(struct buffer *to)
{
	struct channel_hello hello = {.nonce = GUEST_NONCE,
				      .asks = true,
				      .role = CHANNEL_ROLE_SYSTEM,
				      .version = "0.1.0"};

	for (unsigned i = 0; i < 16; i++)
		hello.boot_id[i] = i;
	channel_hello_encode(&hello, to);
}

static void host_hello(struct buffer *to)
{
	struct channel_hello hello = {.nonce = HOST_NONCE,
				      .echo = GUEST_NONCE,
				      .asks = true,
				      .role = CHANNEL_ROLE_HOST,
				      .version = "0.1.0"};

	channel_hello_encode(&hello, to);
}

static void guest_answer(struct buffer *to)
{
	struct channel_hello hello = {.nonce = GUEST_NONCE,
				      .echo = HOST_NONCE,
				      .role = CHANNEL_ROLE_SYSTEM,
				      .version = "0.1.0"};

	for (unsigned i = 0; i < 16; i++)
		hello.boot_id[i] = i;
	channel_hello_encode(&hello, to);
}

static void readiness(struct buffer *to)
{
	struct channel_readiness message = {.uptime_s = 42, .free_bytes = 1 << 30, .n_checks = 1};

	for (unsigned i = 0; i < 16; i++)
		message.boot_id[i] = i;
	strcpy(message.kernel, "6.1.0");
	strcpy(message.host_name, "web1");
	strcpy(message.version, "0.1.0");
	strcpy(message.crash_directory, "/var/crash");
	strcpy(message.checks[0].name, "kdump_loaded");
	message.checks[0].value = 1;
	channel_readiness_encode(&message, to);
}

static void offer(struct buffer *to)
{
	struct channel_offer message = {
		.id = id, .size = CONTENT_BYTES, .modified_us = 1767323040000000};

	strcpy(message.name, "dump.202601020304");
	strcpy(message.stamp, "202601020304");
	strcpy(message.layout, "debian");
	channel_offer_encode(&message, to);
}

static void accept(struct buffer *to)
{
	struct channel_accept message = {.id = id, .window_bytes = CHANNEL_WINDOW_BYTES};

	channel_accept_encode(&message, to);
}

static void data(struct buffer *to)
{
	struct channel_data message = {.bytes = (const uint8_t *)CONTENT, .n = CONTENT_BYTES};

	channel_data_encode(&message, to);
}

static void done(struct buffer *to)
{
	struct channel_done message = {.id = id, .size = CONTENT_BYTES};

	content_sum(message.sum);
	channel_done_encode(&message, to);
}

static void ack(struct buffer *to)
{
	struct channel_ack message = {.id = id, .synced = CONTENT_BYTES};

	channel_ack_encode(&message, to);
}

static void stored(struct buffer *to)
{
	channel_stored_encode(&id, to);
}

static void nothing(struct buffer *to)
{
	struct channel_nothing message = {.handed = 1};

	channel_nothing_encode(&message, to);
}

static const struct {
	const char *name;
	bool from_guest;
	enum channel_type type;
	uint16_t sequence;
	void (*payload)(struct buffer *to);
} frames[] = {
	{"guest-hello", true, CHANNEL_TYPE_HELLO, 0, guest_hello},
	{"host-hello", false, CHANNEL_TYPE_HELLO, 0, host_hello},
	{"guest-answer", true, CHANNEL_TYPE_HELLO, 0, guest_answer},
	{"readiness", true, CHANNEL_TYPE_READINESS, 0, readiness},
	{"offer", true, CHANNEL_TYPE_OFFER, 1, offer},
	{"accept", false, CHANNEL_TYPE_ACCEPT, 0, accept},
	{"data", true, CHANNEL_TYPE_DATA, 2, data},
	{"done", true, CHANNEL_TYPE_DONE, 3, done},
	{"ack", false, CHANNEL_TYPE_ACK, 1, ack},
	{"stored", false, CHANNEL_TYPE_STORED, 2, stored},
	{"nothing", true, CHANNEL_TYPE_NOTHING, 4, nothing},
};

#define FRAMES (sizeof(frames) / sizeof(frames[0]))

static void make(unsigned i, struct buffer *to)
{
	bool hello = frames[i].type == CHANNEL_TYPE_HELLO;
	size_t frame =
		channel_frame_begin(to, frames[i].type, frames[i].sequence, hello ? 0 : SESSION);

	frames[i].payload(to);
	channel_frame_end(to, frame);
}

static void print_hex(const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%02x%s", bytes[i], i + 1 == n || i % 16 == 15 ? "\n" : " ");
}

static int print_blocks(void)
{
	for (unsigned i = 0; i < FRAMES; i++) {
		CLEANUP(buffer_done) struct buffer b = {0};

		make(i, &b);
		printf("```frame %s\n", frames[i].name);
		print_hex(b.bytes, 20);
		print_hex(b.bytes + 20, 4);
		print_hex(b.bytes + CHANNEL_HEADER_BYTES, b.size - CHANNEL_HEADER_BYTES - 4);
		print_hex(b.bytes + b.size - 4, 4);
		printf("```\n");
	}
	return 0;
}

/* The hex of a block, without what stands behind a # in its lines. */
static bool read_block(const char *document, const char *name, struct buffer *to)
{
	char head[64];
	const char *at, *end;

	snprintf(head, sizeof(head), "```frame %s\n", name);
	at = strstr(document, head);
	if (!at)
		return false;
	at += strlen(head);
	end = strstr(at, "```");
	while (end && at < end) {
		char *behind;
		unsigned long byte = strtoul(at, &behind, 16);

		if (behind == at || *at == '#') {
			at = strchr(at, '\n') + 1;
			continue;
		}
		buffer_add_u8(to, byte);
		at = behind + strspn(behind, " \t\n");
	}
	return true;
}

static void the_document_shows_the_bytes(void **state)
{
	CLEANUP(buffer_done) struct buffer document = {0};
	struct dint_error err;

	(void)state;
	assert_works(io_read_file(DOCUMENT, DOCUMENT_MAX, &document, &err), &err);
	for (unsigned i = 0; i < FRAMES; i++) {
		CLEANUP(buffer_done) struct buffer made = {0};
		CLEANUP(buffer_done) struct buffer shown = {0};

		make(i, &made);
		if (!read_block(buffer_text(&document), frames[i].name, &shown))
			fail_msg("%s has no block 'frame %s'", DOCUMENT, frames[i].name);
		if (shown.size != made.size || memcmp(shown.bytes, made.bytes, made.size) != 0)
			fail_msg("%s: block 'frame %s' is not what the encoder makes", DOCUMENT,
				 frames[i].name);
	}
}

static void the_host_understands_the_document(void **state)
{
	CLEANUP(buffer_done) struct buffer document = {0};
	struct channel_host *host = channel_host_new(BEFORE(HOST_NONCE), 0);
	bool came[CHANNEL_HOST_ERROR + 1] = {false};
	struct channel_host_event event;
	struct dint_error err;

	(void)state;
	assert_works(io_read_file(DOCUMENT, DOCUMENT_MAX, &document, &err), &err);
	for (unsigned i = 0; i < FRAMES; i++) {
		CLEANUP(buffer_done) struct buffer shown = {0};

		if (!frames[i].from_guest)
			continue;
		assert_true(read_block(buffer_text(&document), frames[i].name, &shown));
		channel_host_feed(host, shown.bytes, shown.size, 0);
		while (channel_host_next(host, &event)) {
			came[event.type] = true;
			if (event.type == CHANNEL_HOST_OFFER)
				channel_host_accept(host, &event.offer->id, 0);
			if (event.type == CHANNEL_HOST_DATA)
				assert_memory_equal(event.bytes, CONTENT, CONTENT_BYTES);
			if (event.type == CHANNEL_HOST_DONE)
				channel_host_stored(host, &event.offer->id);
		}
	}
	assert_true(came[CHANNEL_HOST_HELLO]);
	assert_true(came[CHANNEL_HOST_READINESS]);
	assert_true(came[CHANNEL_HOST_DONE]);
	assert_true(came[CHANNEL_HOST_NOTHING]);
	assert_false(came[CHANNEL_HOST_ERROR]);
	channel_host_free(host);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_document_shows_the_bytes),
		cmocka_unit_test(the_host_understands_the_document),
	};

	if (argc > 1 && strcmp(argv[1], "--print") == 0)
		return print_blocks();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
