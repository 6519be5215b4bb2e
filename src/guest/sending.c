/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/sending.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/log.h"
#include "channel/frame.h"

void guest_sending_offer(struct guest_sending *sending, struct channel_guest *channel,
			 const struct guest_dump *dump)
{
	struct channel_offer offer = {
		.id = dump->id,
		.size = dump->size,
		.modified_us = dump->modified_us,
	};

	*sending = (struct guest_sending){.active = true, .fd = -1, .dump = *dump};
	snprintf(offer.name, sizeof(offer.name), "%s", dump->name);
	snprintf(offer.stamp, sizeof(offer.stamp), "%s", dump->folder);
	snprintf(offer.layout, sizeof(offer.layout), "%s", dump->layout->name);
	sending->active = channel_guest_offer(channel, &offer);
	if (sending->active)
		log_info("offering %s/%s, %llu bytes", dump->folder, dump->name,
			 (unsigned long long)dump->size);
}

void guest_sending_drop(struct guest_sending *sending)
{
	close_fd(&sending->fd);
	sending->active = sending->accepted = false;
}

static void withdraw(struct guest_sending *sending, struct channel_guest *channel,
		     const char *words)
{
	log_warning("%s/%s: withdrawn: %s", sending->dump.folder, sending->dump.name, words);
	channel_guest_withdraw(channel, words);
	guest_sending_drop(sending);
	sending->withdrawn = true;
}

void guest_sending_accept(struct guest_sending *sending, struct channel_guest *channel,
			  const char *crash_directory, uint64_t from)
{
	struct dint_error err;

	if (!sending->active)
		return;
	sending->fd = guest_dump_open(crash_directory, &sending->dump, &err);
	if (sending->fd < 0) {
		withdraw(sending, channel, err.message);
		return;
	}
	sending->accepted = true;
	sending->at = 0;
	sending->from = from;
	sha256_init(&sending->hash);
}

/* The file was all read: it counts if it is the one that was offered. */
static void finish(struct guest_sending *sending, struct channel_guest *channel)
{
	struct sha256 hash = sending->hash;
	uint8_t sum[SHA256_BYTES];

	if (!guest_dump_same(sending->fd, &sending->dump)) {
		withdraw(sending, channel, "the file changed while it was sent");
		return;
	}
	sha256_end(&hash, sum);
	channel_guest_done(channel, sum);
	sending->accepted = false;
}

enum guest_step guest_sending_step(struct guest_sending *sending, struct channel_guest *channel)
{
	uint64_t to = sending->at < sending->from ? sending->from : sending->dump.size;
	bool again = sending->at < sending->from; /* the host has it: only the sum needs it */
	size_t room = again ? CHANNEL_DATA_MAX : channel_guest_room(channel);
	uint8_t piece[CHANNEL_DATA_MAX];
	struct dint_error err;
	size_t n;

	if (!sending->accepted)
		return GUEST_STEP_WAIT;
	if (sending->at == sending->dump.size) {
		finish(sending, channel);
		return GUEST_STEP_WAIT;
	}
	n = to - sending->at < room ? to - sending->at : room;
	if (!n)
		return GUEST_STEP_WAIT;
	if (io_pread_full(sending->fd, piece, n, sending->at, &err) != (ssize_t)n) {
		withdraw(sending, channel, "the file cannot be read to its end");
		return GUEST_STEP_WAIT;
	}
	sha256_add(&sending->hash, piece, n);
	sending->at += n;
	if (!again)
		channel_guest_data(channel, piece, n);
	return GUEST_STEP_MORE;
}
