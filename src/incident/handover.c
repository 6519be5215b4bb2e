/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames to events, offers to incidents, data to a transfer, and the answers back. */
#include "incident/handover.h"

#include <inttypes.h>
#include <string.h>
#include <sys/random.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/text.h"
#include "incident/handover_internal.h"
#include "incident/leftover.h"
#include "incident/site.h"
#include "incident/transfer.h"
#include "machine/port.h"
#include "store/dumps.h"
#include "store/files.h"

static uint64_t now_ms(const struct handover *h)
{
	const struct clock *clock = h->watch->site->clock;

	return clock->monotonic_us(clock) / 1000;
}

static const char *name_of(const struct handover *h)
{
	return h->watch->config->name;
}

/* ---- the way out ---- */

static void tick(struct handover *h);

static int on_timer(sd_event_source *source, uint64_t now, void *arg)
{
	(void)source;
	(void)now;
	tick(arg);
	return 0;
}

/* Sends what the port takes; the rest goes when it has drained. */
void handover_flush(struct handover *h)
{
	struct buffer *out = h->host ? channel_host_output(h->host) : NULL;
	struct dint_error err;

	if (out && out->size && port_write(h->port, out->bytes, out->size, &err))
		buffer_drop(out, out->size);
}

void handover_drop(struct handover *h)
{
	transfer_stop(h->transfer);
	h->transfer = NULL;
	h->has_offer = false;
	h->done_seen = false;
	port_resume(h->port);
	watch_set_progress(h->watch, NULL, 0, 0);
}

void handover_refuse(struct handover *h, enum channel_refusal code, uint32_t retry_s,
		     const char *words)
{
	log_warning("%s: dump \"%s\" is refused: %s", name_of(h), h->offer.name, words);
	if (h->host)
		channel_host_refuse(h->host, &h->offer.id, code, retry_s, words);
	handover_drop(h);
	handover_flush(h);
}

/* ---- the transfer's news ---- */

static void on_opened(void *arg, uint64_t have)
{
	struct handover *h = arg;

	if (have > h->offer.size && h->offer.size != CHANNEL_SIZE_UNKNOWN) {
		handover_refuse(h, CHANNEL_REFUSAL_BAD_SIZE, 0, "more of it is here than it has");
		return;
	}
	log_info("%s: dump \"%s\" comes in from byte %" PRIu64, name_of(h), h->offer.name, have);
	channel_host_accept(h->host, &h->offer.id, have);
	handover_flush(h);
}

static void on_synced(void *arg, uint64_t synced)
{
	struct handover *h = arg;

	fault_point("handover: synced, before the acknowledgement");
	channel_host_acknowledge(h->host, &h->offer.id, synced);
	watch_set_progress(h->watch, "hand-over", synced,
			   h->offer.size == CHANNEL_SIZE_UNKNOWN ? 0 : h->offer.size);
	watch_event(h->watch, EVENT_RECEIVED, "%" PRIu64 " bytes are safe", synced);
	handover_flush(h);
}

static void on_pending(void *arg, uint64_t pending)
{
	struct handover *h = arg;

	if (pending < HANDOVER_PENDING_BYTES / 2)
		port_resume(h->port);
}

/* The row is durable: now the guest may forget its file. */
static void on_kept(void *arg, const struct incident_row *row, bool joined,
		    const struct dint_error *err)
{
	struct handover *h = arg;

	(void)row;
	(void)joined;
	if (err || !h->host || !h->has_offer)
		return;
	fault_point("handover: stored, before the guest is told");
	channel_host_stored(h->host, &h->offer.id);
	handover_drop(h);
	handover_flush(h);
}

static struct dump_row *dump_of(const struct handover *h, const char *sha256, uint64_t size)
{
	struct dump_row *dump = xcalloc(1, sizeof(*dump));
	char id[CHANNEL_ID_TEXT];

	channel_id_text(&h->offer.id, id);
	dump->name = xstrdup(h->offer.name);
	dump->origin = xstrdup("guest");
	dump->offer = xstrdup(id);
	dump->size = size;
	dump->stored_us = h->watch->site->clock->wall_us(h->watch->site->clock);
	memcpy(dump->sha256, sha256, SHA256_TEXT);
	return dump;
}

static void on_finished(void *arg, const char *sha256, uint64_t size)
{
	struct handover *h = arg;
	struct happening what = {.event = EVENT_STORED, .told = on_kept, .arg = h};

	what.dump = dump_of(h, sha256, size);
	snprintf(what.cause, sizeof(what.cause), "%s, %" PRIu64 " bytes, SHA-256 %s", h->offer.name,
		 size, sha256);
	watch_happen(h->watch, &what);
}

static void on_failed(void *arg, const struct dint_error *err)
{
	struct handover *h = arg;
	enum channel_refusal code = err->code == DINT_CORRUPT ? CHANNEL_REFUSAL_BAD_SUM
				    : err->code == DINT_LIMIT ? CHANNEL_REFUSAL_NO_SPACE
							      : CHANNEL_REFUSAL_OTHER;

	handover_refuse(h, code, HANDOVER_RETRY_S, err->message);
	if (h->from_capture && code == CHANNEL_REFUSAL_BAD_SUM)
		handover_lose_stream(h, true, NULL, "the capture kernel's dump is refused: %s",
				     err->message);
}

static const struct transfer_handlers transfer_handlers = {
	.opened = on_opened,
	.synced = on_synced,
	.pending = on_pending,
	.finished = on_finished,
	.failed = on_failed,
};

void handover_receive(struct watch *w)
{
	struct handover *h = w->handover;
	CLEANUP(free_ptr) char *id = NULL;
	char offer[CHANNEL_ID_TEXT];

	if (!h || !h->has_offer || h->transfer)
		return;
	channel_id_text(&h->offer.id, offer);
	id = h->from_capture ? leftover_id(w, &h->offer.id)
			     : xasprintf("%s-%s", w->instance_id, offer);
	watch_set_progress(w, "hand-over", 0,
			   h->offer.size == CHANNEL_SIZE_UNKNOWN ? 0 : h->offer.size);
	h->transfer = transfer_start(w->worker, w->site->state_dir, id, &transfer_handlers, h);
}

/* ---- the guest's news ---- */

static void hex(const uint8_t *bytes, size_t n, char *text)
{
	for (size_t i = 0; i < n; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static void on_system_up(struct handover *h)
{
	if (watch_is_new_boot(h->watch))
		watch_event(h->watch, EVENT_SYSTEM_UP, "dint-guest speaks from a new boot");
	if (h->host)
		channel_host_ask_readiness(h->host);
}

static void on_hello(struct handover *h, const struct channel_hello *hello)
{
	struct watch *w = h->watch;

	h->from_capture = hello->role == CHANNEL_ROLE_CAPTURE;
	if (h->from_capture) {
		/* whether it begins another incident shows when it offers its dump */
		if (!state_ends(w->state))
			watch_event(w, EVENT_CAPTURE, "dint-guest speaks from the capture kernel");
		return;
	}
	hex(hello->boot_id, sizeof(hello->boot_id), w->boot_id);
	handover_lose_stream(h, false, on_system_up, "the capture kernel's dump was cut off");
}

static void on_readiness(struct handover *h, const struct channel_readiness *readiness)
{
	struct watch *w = h->watch;

	if (!w->readiness)
		w->readiness = xcalloc(1, sizeof(*w->readiness));
	*w->readiness = *readiness;
	w->readiness_us = w->site->clock->wall_us(w->site->clock);
	site_changed(w->site, w);
}

void handover_offer_kept(void *arg, const struct incident_row *row, bool joined,
			 const struct dint_error *err)
{
	struct handover *h = arg;

	(void)joined;
	if ((err || !row) && h->has_offer)
		handover_refuse(h, CHANNEL_REFUSAL_BUSY, HANDOVER_RETRY_S,
				"it cannot be taken now");
}

/* Whether it may come now; refuses it otherwise. */
bool handover_is_welcome(struct handover *h, enum watch_fit fit)
{
	uint64_t space = dump_space(h->watch->site->state_dir);

	if (fit == FIT_LATER) {
		handover_refuse(h, CHANNEL_REFUSAL_BUSY,
				h->watch->state == STATE_CAPTURED ? HANDOVER_READING_S
								  : HANDOVER_RETRY_S,
				"an incident is open that it does not belong to");
		return false;
	}
	if (h->offer.size == CHANNEL_SIZE_UNKNOWN ? !space : h->offer.size > space) {
		handover_refuse(h, CHANNEL_REFUSAL_NO_SPACE, HANDOVER_SPACE_S,
				"the host's state directory has no room for it");
		return false;
	}
	return true;
}

static void on_offer(struct handover *h, const struct channel_offer *offer)
{
	struct happening what = {.event = EVENT_OFFERED, .told = handover_offer_kept, .arg = h};
	enum watch_fit fit = watch_fits_dump(h->watch);
	char id[CHANNEL_ID_TEXT], size[TEXT_SIZE];

	handover_drop(h);
	h->offer = *offer;
	channel_id_text(&offer->id, id);
	if (dump_offer_is_stored(h->watch->site->store, name_of(h), id, NULL)) {
		channel_host_stored(h->host, &offer->id);
		return;
	}
	h->has_offer = true;
	if (h->from_capture) {
		handover_take_stream(h);
		return;
	}
	if (!handover_is_welcome(h, fit))
		return;
	what.opens_new = fit == FIT_NEW;
	text_size(offer->size, size);
	snprintf(what.cause, sizeof(what.cause), "the guest offers %s%s%s, %s", offer->stamp,
		 *offer->stamp ? "/" : "", offer->name,
		 offer->size == CHANNEL_SIZE_UNKNOWN ? "of unknown size" : size);
	watch_happen(h->watch, &what);
}

static void on_data(struct handover *h, const struct channel_host_event *event)
{
	if (!h->transfer)
		return;
	transfer_append(h->transfer, event->bytes, event->n);
	if (transfer_pending(h->transfer) > HANDOVER_PENDING_BYTES)
		port_pause(h->port);
}

/* Whatever it says, it is up. */
static void note_up(struct handover *h, const struct channel_host_event *event)
{
	const struct clock *clock = h->watch->site->clock;

	if (event->type == CHANNEL_HOST_HELLO)
		h->from_system = event->hello->role != CHANNEL_ROLE_CAPTURE;
	else if (event->type == CHANNEL_HOST_PEER_RESTARTED ||
		 event->type == CHANNEL_HOST_PEER_SILENT)
		h->from_system = false;
	if (h->from_system)
		h->watch->guest_up_us = clock->wall_us(clock);
}

static void on_withdrawn(struct handover *h, const char *words)
{
	log_warning("%s: dump \"%s\" is withdrawn: %s", name_of(h), h->offer.name, words);
	handover_drop(h);
	if (h->from_capture)
		handover_lose_stream(h, true, NULL, "the capture kernel takes it back: %s", words);
}

static void on_guest_event(struct handover *h, const struct channel_host_event *event)
{
	note_up(h, event);
	switch (event->type) {
	case CHANNEL_HOST_HELLO:
		return on_hello(h, event->hello);
	case CHANNEL_HOST_READINESS:
		return on_readiness(h, event->readiness);
	case CHANNEL_HOST_OFFER:
		return on_offer(h, event->offer);
	case CHANNEL_HOST_DATA:
		return on_data(h, event);
	case CHANNEL_HOST_DONE:
		if (h->transfer && !h->done_seen) {
			h->done_seen = true;
			transfer_finish(h->transfer, event->sum);
		}
		return;
	case CHANNEL_HOST_NOTHING:
		if (watch_is_new_boot(h->watch))
			watch_event(h->watch, EVENT_NOTHING,
				    "the guest, up again, has no new dump");
		return;
	case CHANNEL_HOST_WITHDRAWN:
		on_withdrawn(h, event->words);
		return;
	case CHANNEL_HOST_ERROR:
		log_warning("%s: the guest's port: %s", name_of(h), event->words);
		if (event->offer)
			handover_drop(h);
		return;
	case CHANNEL_HOST_PEER_SILENT:
		handover_drop(h);
		if (h->watch->state == STATE_REBOOTED)
			handover_lose_stream(h, false, NULL, "the capture kernel fell silent");
		return;
	case CHANNEL_HOST_PEER_RESTARTED:
		return handover_drop(h);
	case CHANNEL_HOST_PONG:
		return;
	}
}

static void take_events(struct handover *h)
{
	struct channel_host_event event;

	while (h->host && !h->removals && channel_host_next(h->host, &event))
		on_guest_event(h, &event);
	handover_flush(h);
}

static void tick(struct handover *h)
{
	uint64_t now = now_ms(h), due;

	h->timer = sd_event_source_disable_unref(h->timer);
	if (!h->host)
		return;
	due = channel_host_tick(h->host, now);
	take_events(h);
	if (due != UINT64_MAX)
		sd_event_add_time_relative(h->watch->site->loop, &h->timer, CLOCK_MONOTONIC,
					   (due > now ? due - now : 1) * 1000, 0, on_timer, h);
}

/* ---- the port ---- */

void handover_go_on(struct handover *h)
{
	port_resume(h->port);
	take_events(h);
	tick(h);
}

static void end_session(struct handover *h)
{
	handover_drop(h);
	h->from_capture = false;
	h->then = NULL;
	channel_host_free(h->host);
	h->host = NULL;
	h->timer = sd_event_source_disable_unref(h->timer);
}

/* No stream can go on: what there is of one was cut off while nobody heard its end. */
static void clear_up(struct handover *h)
{
	if (h->watch->state != STATE_STREAMING && h->watch->state != STATE_CAPTURE_STALLED)
		handover_lose_stream(h, false, NULL, "the capture kernel's dump was cut off");
}

static void on_connected(void *arg)
{
	struct handover *h = arg;
	uint64_t nonce = 0;

	end_session(h);
	clear_up(h);
	while (!nonce)
		if (getrandom(&nonce, sizeof(nonce), 0) != sizeof(nonce))
			nonce = 0;
	h->host = channel_host_new(nonce, now_ms(h));
	tick(h);
}

static void on_disconnected(void *arg, const struct dint_error *why)
{
	(void)why;
	end_session(arg);
}

static void on_bytes(void *arg, const uint8_t *bytes, size_t n)
{
	struct handover *h = arg;

	channel_host_feed(h->host, bytes, n, now_ms(h));
	take_events(h);
	tick(h);
}

static void on_drained(void *arg)
{
	handover_flush(arg);
}

static const struct port_handlers port_handlers = {
	.connected = on_connected,
	.disconnected = on_disconnected,
	.bytes = on_bytes,
	.drained = on_drained,
};

DEFINE_CLEANUP(handover_close, struct handover *)

bool handover_open(struct watch *w, struct handover **handover, struct dint_error *err)
{
	CLEANUP(handover_close_ptr) struct handover *h = NULL;

	if (!w->config->channel)
		return true;
	h = xcalloc(1, sizeof(*h));
	h->watch = w;
	if (!port_open(w->site->loop, w->config->channel, &port_handlers, h, &h->port, err))
		return dint_within(err, "channel");
	clear_up(h);
	*handover = TAKE(h);
	return true;
}

void handover_close(struct handover *h)
{
	if (!h)
		return;
	transfer_stop(h->transfer);
	channel_host_free(h->host);
	sd_event_source_disable_unref(h->timer);
	port_close(h->port);
	free(h);
}

bool handover_ask_readiness(struct handover *h)
{
	if (!h->host || !channel_host_ask_readiness(h->host))
		return false;
	handover_flush(h);
	return true;
}
