/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Payloads: there and back, cut short, and with names that lead elsewhere. */
#include "../check.h"

#include "base/cleanup.h"
#include "channel/message.h"

static const struct channel_id id = {.bytes = "sixteen bytes id"};

static struct channel_offer some_offer(void)
{
	return (struct channel_offer){
		.id = id,
		.size = 5,
		.modified_us = 6,
		.crash_us = 7,
		.has_sum = true,
		.sum = "a sum",
		.name = "vmcore",
		.stamp = "127.0.0.1-2026-01-02-03:04:05",
		.layout = "redhat",
		.kernel = "6.1.0",
	};
}

static void an_offer_comes_as_it_went(void **state)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct channel_offer offer = some_offer(), back = {0};
	struct dint_error err;

	(void)state;
	channel_offer_encode(&offer, &b);
	buffer_add_text(&b, "fields of a later version");
	assert_works(channel_offer_decode(b.bytes, b.size, &back, &err), &err);
	assert_memory_equal(&back.id, &id, sizeof(id));
	assert_int_equal(back.size, 5);
	assert_int_equal(back.modified_us, 6);
	assert_int_equal(back.crash_us, 7);
	assert_true(back.has_sum);
	assert_memory_equal(back.sum, offer.sum, SHA256_BYTES);
	assert_string_equal(back.name, offer.name);
	assert_string_equal(back.stamp, offer.stamp);
	assert_string_equal(back.layout, offer.layout);
	assert_string_equal(back.kernel, offer.kernel);
}

static void readiness_comes_as_it_went(void **state)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct channel_readiness readiness = {.uptime_s = 1, .free_bytes = 2, .n_checks = 2};
	struct channel_readiness back;
	struct dint_error err;

	(void)state;
	readiness.boot_id[15] = 9;
	strcpy(readiness.kernel, "6.1.0");
	strcpy(readiness.host_name, "web1");
	strcpy(readiness.checks[0].name, "kdump_loaded");
	readiness.checks[0].value = 1;
	strcpy(readiness.checks[1].name, "crash_space");
	strcpy(readiness.checks[1].words, "tab\there");
	readiness.checks[1].state = CHANNEL_CHECK_WARNING;
	channel_readiness_encode(&readiness, &b);
	assert_works(channel_readiness_decode(b.bytes, b.size, &back, &err), &err);
	assert_memory_equal(back.boot_id, readiness.boot_id, 16);
	assert_int_equal(back.uptime_s, 1);
	assert_int_equal(back.free_bytes, 2);
	assert_string_equal(back.host_name, "web1");
	assert_int_equal(channel_readiness_find(&back, "kdump_loaded")->value, 1);
	assert_string_equal(channel_readiness_find(&back, "crash_space")->words, "tab?here");
	assert_null(channel_readiness_find(&back, "none"));
	assert_true(channel_readiness_ready(&back));
	back.checks[1].state = CHANNEL_CHECK_FAILED;
	assert_false(channel_readiness_ready(&back));
}

/* One decode of each message, so that the truncations can be a loop. */
static bool decode(enum channel_type type, const uint8_t *bytes, size_t n, struct dint_error *err)
{
	union {
		struct channel_hello hello;
		struct channel_readiness readiness;
		struct channel_offer offer;
		struct channel_accept accept;
		struct channel_refuse refuse;
		struct channel_data data;
		struct channel_ack ack;
		struct channel_done done;
		struct channel_id id;
		struct channel_withdraw withdraw;
		struct channel_nothing nothing;
		uint64_t token;
	} to = {0};

	switch (type) {
	case CHANNEL_TYPE_HELLO:
		return channel_hello_decode(bytes, n, &to.hello, err);
	case CHANNEL_TYPE_READINESS:
		return channel_readiness_decode(bytes, n, &to.readiness, err);
	case CHANNEL_TYPE_OFFER:
		return channel_offer_decode(bytes, n, &to.offer, err);
	case CHANNEL_TYPE_ACCEPT:
		return channel_accept_decode(bytes, n, &to.accept, err);
	case CHANNEL_TYPE_REFUSE:
		return channel_refuse_decode(bytes, n, &to.refuse, err);
	case CHANNEL_TYPE_DATA:
		return channel_data_decode(bytes, n, &to.data, err);
	case CHANNEL_TYPE_ACK:
		return channel_ack_decode(bytes, n, &to.ack, err);
	case CHANNEL_TYPE_DONE:
		return channel_done_decode(bytes, n, &to.done, err);
	case CHANNEL_TYPE_STORED:
		return channel_stored_decode(bytes, n, &to.id, err);
	case CHANNEL_TYPE_WITHDRAW:
		return channel_withdraw_decode(bytes, n, &to.withdraw, err);
	case CHANNEL_TYPE_NOTHING:
		return channel_nothing_decode(bytes, n, &to.nothing, err);
	case CHANNEL_TYPE_PING:
	case CHANNEL_TYPE_PONG:
		return channel_ping_decode(bytes, n, &to.token, err);
	case CHANNEL_TYPE_ASK_READINESS:
		break;
	}
	fail_msg("no decode for type %u", type);
	return false;
}

static void encode(enum channel_type type, struct buffer *to)
{
	struct channel_hello hello = {.nonce = 1, .version = "0.1"};
	struct channel_readiness readiness = {.n_checks = 1};
	struct channel_offer offer = some_offer();
	struct channel_accept accept = {.id = id};
	struct channel_refuse refuse = {.id = id, .words = "no"};
	struct channel_data data = {.bytes = (const uint8_t *)"", .n = 0};
	struct channel_ack ack = {.id = id};
	struct channel_done done = {.id = id};
	struct channel_withdraw withdraw = {.id = id, .words = "gone"};
	struct channel_nothing nothing = {0};

	switch (type) {
	case CHANNEL_TYPE_HELLO:
		return channel_hello_encode(&hello, to);
	case CHANNEL_TYPE_READINESS:
		return channel_readiness_encode(&readiness, to);
	case CHANNEL_TYPE_OFFER:
		return channel_offer_encode(&offer, to);
	case CHANNEL_TYPE_ACCEPT:
		return channel_accept_encode(&accept, to);
	case CHANNEL_TYPE_REFUSE:
		return channel_refuse_encode(&refuse, to);
	case CHANNEL_TYPE_DATA:
		return channel_data_encode(&data, to);
	case CHANNEL_TYPE_ACK:
		return channel_ack_encode(&ack, to);
	case CHANNEL_TYPE_DONE:
		return channel_done_encode(&done, to);
	case CHANNEL_TYPE_STORED:
		return channel_stored_encode(&id, to);
	case CHANNEL_TYPE_WITHDRAW:
		return channel_withdraw_encode(&withdraw, to);
	case CHANNEL_TYPE_NOTHING:
		return channel_nothing_encode(&nothing, to);
	case CHANNEL_TYPE_PING:
	case CHANNEL_TYPE_PONG:
		return channel_ping_encode(1, to);
	case CHANNEL_TYPE_ASK_READINESS:
		break;
	}
}

static void every_message_is_refused_when_cut(void **state)
{
	(void)state;
	for (enum channel_type type = CHANNEL_TYPE_HELLO; type <= CHANNEL_TYPE_PONG; type++) {
		CLEANUP(buffer_done) struct buffer b = {0};
		struct dint_error err;

		if (type == CHANNEL_TYPE_ASK_READINESS)
			continue;
		encode(type, &b);
		for (size_t n = 0; n < b.size; n++)
			assert_refused(decode(type, b.bytes, n, &err), &err, DINT_CORRUPT,
				       "cut short");
		assert_works(decode(type, b.bytes, b.size, &err), &err);
	}
}

static const struct {
	const char *name;
	const char *text;
	const char *refusal; /* NULL: a good name */
} names[] = {
	{"Debian's", "dump.202601020304", NULL},
	{"with a space and a colon", "a dump: one", NULL},
	{"that begins with a dot", ".hidden", NULL},
	{"nothing", "", "name is empty"},
	{"of the directory above", "..", "name '..' leads to another directory"},
	{"of this directory", ".", "name '.' leads to another directory"},
	{"with a path", "../../etc/passwd", "name '../../etc/passwd' has a '/'"},
	{"with two dots", "a..b", "name 'a..b' leads to another directory"},
	{"absolute", "/etc/passwd", "has a '/'"},
	{"with an escape sequence", "\033[2J", "name '\\x1b[2J' has bytes that are not printable"},
	{"with a newline", "dump\n", "name 'dump\\x0a' has bytes that are not printable"},
	{"with DEL", "dump\177", "not printable"},
	{"in another alphabet", "d\xc3\xbcmp", "not printable"},
};

static void names_that_lead_elsewhere_are_refused(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (int in_stamp = 0; in_stamp <= 1; in_stamp++) {
			CLEANUP(buffer_done) struct buffer b = {0};
			struct channel_offer offer = some_offer(), back = {0};
			struct dint_error err;

			strcpy(in_stamp ? offer.stamp : offer.name, names[i].text);
			channel_offer_encode(&offer, &b);
			if (!names[i].refusal || (in_stamp && !*names[i].text)) {
				assert_works(channel_offer_decode(b.bytes, b.size, &back, &err),
					     &err);
				continue;
			}
			/* the words name the field; they begin with "name" in the table */
			assert_refused(channel_offer_decode(b.bytes, b.size, &back, &err), &err,
				       DINT_CORRUPT,
				       in_stamp ? strchr(names[i].refusal, ' ') + 1
						: names[i].refusal);
			assert_true(channel_id_equal(&back.id, &id));
		}
	}
}

static void what_cannot_be_is_refused(void **state)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct channel_hello hello = {.nonce = 0};
	struct channel_readiness readiness = {0};
	struct channel_data data = {.offset = UINT64_MAX - 2, .bytes = (void *)"abc", .n = 3};
	struct dint_error err;

	(void)state;
	channel_hello_encode(&hello, &b);
	assert_refused(channel_hello_decode(b.bytes, b.size, &hello, &err), &err, DINT_CORRUPT,
		       "without a nonce");
	b.size = 0;
	hello = (struct channel_hello){.nonce = 1, .role = 3};
	channel_hello_encode(&hello, &b);
	assert_refused(channel_hello_decode(b.bytes, b.size, &hello, &err), &err, DINT_CORRUPT,
		       "hello in role 3, the last known is 2");
	b.size = 0;
	channel_data_encode(&data, &b);
	assert_refused(channel_data_decode(b.bytes, b.size, &data, &err), &err, DINT_CORRUPT,
		       "no file is so long");
	b.size = 0;
	channel_readiness_encode(&readiness, &b);
	b.bytes[b.size - 1] = CHANNEL_CHECKS_MAX + 1;
	assert_refused(channel_readiness_decode(b.bytes, b.size, &readiness, &err), &err,
		       DINT_CORRUPT, "33 checks, the most is 32");
}

static void a_later_refusal_is_still_one(void **state)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	struct channel_refuse refuse = {.id = id, .code = 99, .words = "for a new reason"}, back;
	struct dint_error err;

	(void)state;
	channel_refuse_encode(&refuse, &b);
	assert_works(channel_refuse_decode(b.bytes, b.size, &back, &err), &err);
	assert_int_equal(back.code, CHANNEL_REFUSAL_OTHER);
	assert_string_equal(back.words, "for a new reason");
}

static void an_id_is_shown_as_hex(void **state)
{
	char text[CHANNEL_ID_TEXT];

	(void)state;
	channel_id_text(&id, text);
	assert_string_equal(text, "7369787465656e206279746573206964");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_offer_comes_as_it_went),
		cmocka_unit_test(readiness_comes_as_it_went),
		cmocka_unit_test(every_message_is_refused_when_cut),
		cmocka_unit_test(names_that_lead_elsewhere_are_refused),
		cmocka_unit_test(what_cannot_be_is_refused),
		cmocka_unit_test(a_later_refusal_is_still_one),
		cmocka_unit_test(an_id_is_shown_as_hex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
