/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ends.h"

#define TEN_MINUTES_MS 600000

static const struct channel_id dump_id = {.bytes = "sixteen bytes id"};

static uint64_t next_nonce(struct ends *ends)
{
	return ends->nonce += 0x1000003;
}

static void guest_starts(struct ends *ends)
{
	struct channel_hello hello = {.nonce = next_nonce(ends), .role = CHANNEL_ROLE_SYSTEM};

	strcpy(hello.version, "0.1");
	channel_guest_free(ends->guest);
	ends->guest = channel_guest_new(&hello);
	channel_guest_begin(ends->guest, ends->now_ms);
}

static void host_starts(struct ends *ends)
{
	channel_host_free(ends->host);
	ends->host = channel_host_new(next_nonce(ends), ends->now_ms);
	ends->partial.size = ends->synced;
}

void ends_init(struct ends *ends)
{
	*ends = (struct ends){.nonce = 0x5eed};
	for (unsigned i = 0; i < DUMP_BYTES; i++)
		ends->dump[i] = i * 7 + 1;
	host_starts(ends);
	guest_starts(ends);
}

void ends_done(struct ends *ends)
{
	channel_host_free(ends->host);
	channel_guest_free(ends->guest);
	buffer_done(&ends->partial);
	buffer_done(&ends->to_host);
	buffer_done(&ends->to_guest);
}

static void dump_sum(const void *bytes, size_t n, uint8_t sum[SHA256_BYTES])
{
	struct sha256 hash;

	sha256_init(&hash);
	sha256_add(&hash, bytes, n);
	sha256_end(&hash, sum);
}

static void guest_offers(struct ends *ends)
{
	struct channel_offer offer = {.id = dump_id, .size = DUMP_BYTES};
	struct channel_nothing nothing = {.handed = ends->handed};

	strcpy(offer.name, "dump.202601020304");
	strcpy(offer.stamp, "202601020304");
	strcpy(offer.layout, "debian");
	if (ends->handed)
		channel_guest_nothing(ends->guest, &nothing);
	else
		channel_guest_offer(ends->guest, &offer);
}

static void guest_sends(struct ends *ends)
{
	uint8_t sum[SHA256_BYTES];

	for (size_t room; (room = channel_guest_room(ends->guest));) {
		size_t n = room < PIECE_BYTES ? room : PIECE_BYTES;

		assert_true(channel_guest_data(ends->guest, ends->dump + ends->at, n));
		ends->at += n;
	}
	if (ends->at == DUMP_BYTES) {
		dump_sum(ends->dump, DUMP_BYTES, sum);
		channel_guest_done(ends->guest, sum);
	}
}

static void guest_listens(struct ends *ends)
{
	struct channel_readiness readiness = {.n_checks = 1};
	struct channel_guest_event event;

	strcpy(readiness.checks[0].name, "kdump_loaded");
	while (channel_guest_next(ends->guest, &event)) {
		switch (event.type) {
		case CHANNEL_GUEST_HELLO:
		case CHANNEL_GUEST_READINESS_ASKED:
			channel_guest_readiness(ends->guest, &readiness);
			if (event.type == CHANNEL_GUEST_HELLO)
				guest_offers(ends);
			break;
		case CHANNEL_GUEST_ACCEPTED:
			ends->at = event.from;
			guest_sends(ends);
			break;
		case CHANNEL_GUEST_STORED:
			ends->handed = true;
			guest_offers(ends);
			break;
		case CHANNEL_GUEST_REFUSED:
			fail_msg("refused: %s", event.refuse->words);
			break;
		case CHANNEL_GUEST_ERROR:
			ends->errors++;
			break;
		case CHANNEL_GUEST_LOST:
		case CHANNEL_GUEST_ACKNOWLEDGED:
		case CHANNEL_GUEST_PONG:
			break;
		}
	}
}

static void host_finishes(struct ends *ends, const struct channel_host_event *event)
{
	uint8_t sum[SHA256_BYTES];

	dump_sum(ends->partial.bytes, ends->partial.size, sum);
	assert_memory_equal(sum, event->sum, SHA256_BYTES);
	assert_int_equal(ends->partial.size, DUMP_BYTES);
	assert_memory_equal(ends->partial.bytes, ends->dump, DUMP_BYTES);
	ends->synced = DUMP_BYTES;
	ends->stored++;
	channel_host_stored(ends->host, &event->offer->id);
}

static void host_listens(struct ends *ends)
{
	struct channel_host_event event;

	while (channel_host_next(ends->host, &event)) {
		switch (event.type) {
		case CHANNEL_HOST_OFFER:
			assert_string_equal(event.offer->name, "dump.202601020304");
			if (ends->stored)
				channel_host_stored(ends->host, &event.offer->id);
			else
				channel_host_accept(ends->host, &event.offer->id,
						    ends->partial.size = ends->synced);
			break;
		case CHANNEL_HOST_DATA:
			assert_int_equal(event.offset, ends->partial.size);
			buffer_add(&ends->partial, event.bytes, event.n);
			ends->synced = ends->partial.size;
			channel_host_acknowledge(ends->host, &event.offer->id, ends->synced);
			break;
		case CHANNEL_HOST_DONE:
			host_finishes(ends, &event);
			break;
		case CHANNEL_HOST_HELLO:
			channel_host_ask_readiness(ends->host);
			break;
		case CHANNEL_HOST_READINESS:
			ends->readiness++;
			break;
		case CHANNEL_HOST_NOTHING:
			ends->nothing++;
			break;
		case CHANNEL_HOST_PEER_RESTARTED:
			ends->restarts++;
			break;
		case CHANNEL_HOST_ERROR:
			ends->errors++;
			snprintf(ends->said, sizeof(ends->said), "%s", event.words);
			break;
		case CHANNEL_HOST_WITHDRAWN:
		case CHANNEL_HOST_PONG:
		case CHANNEL_HOST_PEER_SILENT:
			break;
		}
	}
}

/* The ends that a fault kills, and those that take their place. */
static void strike(struct ends *ends)
{
	ends->struck = true;
	if (ends->fault.kind == FAULT_GUEST_DIES)
		guest_starts(ends);
	if (ends->fault.kind >= FAULT_HOST_DIES)
		host_starts(ends);
	if (ends->fault.kind == FAULT_HOST_RECONNECTS)
		channel_guest_begin(ends->guest, ends->now_ms);
}

static void feed(struct ends *ends, bool to_guest, const uint8_t *bytes, size_t n)
{
	if (to_guest)
		channel_guest_feed(ends->guest, bytes, n, ends->now_ms);
	else
		channel_host_feed(ends->host, bytes, n, ends->now_ms);
}

/* Of n bytes that are sent: how many come before the fault, and how many behind it. */
static void split(struct ends *ends, struct buffer *out, size_t at, size_t *before, size_t *behind)
{
	*before = at;
	*behind = 0;
	if (ends->fault.kind == FAULT_FLIP) {
		out->bytes[at] ^= 0x10;
		*behind = out->size - at;
	}
	if (ends->fault.kind == FAULT_LOSE_FEW && out->size - at > FEW_BYTES)
		*behind = out->size - at - FEW_BYTES;
	if (ends->fault.kind == FAULT_LOSE_MANY && out->size - at > MANY_BYTES)
		*behind = out->size - at - MANY_BYTES;
}

/* Moves what one end has to say; false when it has nothing. */
static bool carry(struct ends *ends, bool to_guest)
{
	struct buffer *out = to_guest ? channel_host_output(ends->host)
				      : channel_guest_output(ends->guest);
	uint64_t *count = to_guest ? &ends->to_guest_bytes : &ends->to_host_bytes;
	size_t n = out->size, before = n, behind = 0;
	bool strikes = !ends->struck && ends->fault.kind != FAULT_NONE &&
		       ends->fault.to_guest == to_guest && ends->fault.at - *count < n;

	if (!n)
		return false;
	if (ends->record)
		buffer_add(to_guest ? &ends->to_guest : &ends->to_host, out->bytes, n);
	if (strikes)
		split(ends, out, ends->fault.at - *count, &before, &behind);
	feed(ends, to_guest, out->bytes, before);
	feed(ends, to_guest, out->bytes + n - behind, behind);
	*count += n;
	buffer_drop(out, n);
	if (to_guest)
		guest_listens(ends);
	else
		host_listens(ends);
	if (strikes)
		strike(ends);
	return true;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void ends_run(struct ends *ends)
{
	uint64_t end_ms = ends->now_ms + TEN_MINUTES_MS;

	while (ends->now_ms < end_ms) {
		uint64_t again_ms;

		for (bool moved = true; moved;) {
			moved = carry(ends, false);
			moved = carry(ends, true) || moved;
		}
		if (ends->handed && ends->nothing)
			return;
		again_ms = earlier(channel_host_tick(ends->host, ends->now_ms),
				   channel_guest_tick(ends->guest, ends->now_ms));
		host_listens(ends);
		guest_listens(ends);
		if (again_ms == UINT64_MAX)
			return;
		ends->now_ms = again_ms > ends->now_ms ? again_ms : ends->now_ms;
	}
}
