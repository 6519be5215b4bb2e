/* SPDX-License-Identifier: MIT */
/*
 * What both ends do alike: who is there (hellos, nonces), is he still there (pings), frames in and
 * out. A session begins when the peer has echoed our nonce.
 */
#pragma once
#include "channel/frame.h"
#include "channel/session.h"

struct channel_session {
	struct channel_decoder decoder;
	struct buffer out;
	struct channel_hello own;  /* echo: the peer's nonce, 0 while nobody was heard */
	struct channel_hello peer; /* valid while own.echo is not 0 */
	size_t padding_bytes;	   /* before each hello */
	bool established;
	bool waiting;	    /* something of the peer's is awaited: silence counts */
	bool silence_told;  /* … and was reported */
	uint64_t now_ms;    /* as last told */
	uint64_t heard_ms;  /* last frame of the peer's, or when waiting began */
	uint64_t pinged_ms; /* 0: not since heard */
	uint64_t said_ms;   /* last hello */
	uint64_t repeat_ms; /* time between hellos that nobody answers */
};

enum channel_session_news {
	CHANNEL_NEWS_NONE,
	CHANNEL_NEWS_ESTABLISHED,
	CHANNEL_NEWS_RESTARTED, /* the peer was there and is another now; not established */
	CHANNEL_NEWS_REPLACED,	/* the same, and established at once */
};

void channel_session_init(struct channel_session *session, const struct channel_hello *own,
			  size_t payload_max, size_t padding_bytes);
void channel_session_done(struct channel_session *session);
/* Forgets the peer and says hello with the nonce that follows. */
void channel_session_begin(struct channel_session *session, uint64_t now_ms);
void channel_session_feed(struct channel_session *session, const void *bytes, size_t n,
			  uint64_t now_ms);
/* The next frame that is for us; hellos and pings are answered within and come with their news. */
bool channel_session_next(struct channel_session *session, struct channel_frame *frame,
			  enum channel_session_news *news);
/* Whether something is awaited of the peer. */
void channel_session_wait(struct channel_session *session, bool waiting);
/* Repeats hellos, pings; true once when the peer has been silent for CHANNEL_SILENT_MS. */
bool channel_session_tick(struct channel_session *session, uint64_t now_ms, uint64_t *again_ms);

size_t channel_session_frame(struct channel_session *session, enum channel_type type);
void channel_session_send(struct channel_session *session, size_t frame);
