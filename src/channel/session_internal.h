/* SPDX-License-Identifier: MIT */
/*
 * What both ends do alike: who is there (hellos, nonces), is he still there (pings), frames in and
 * out. A session begins when the peer has echoed our nonce; every frame of it carries both nonces.
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
	uint16_t sent, heard;	   /* frames of this session */
	bool established;
	bool waiting;	    /* something of the peer's is awaited: silence counts */
	bool silence_told;  /* ... and was reported */
	uint64_t now_ms;    /* as last told */
	uint64_t heard_ms;  /* the peer's last frame, or when the waiting began */
	uint64_t pinged_ms; /* not after heard_ms: not since then */
	uint64_t said_ms;   /* our last hello */
	uint64_t repeat_ms; /* how long it is given to be answered */
};

enum channel_session_news {
	CHANNEL_NEWS_FRAME,	  /* a frame of the session */
	CHANNEL_NEWS_ESTABLISHED, /* the peer has heard us */
	CHANNEL_NEWS_RESTARTED,	  /* the session is over, another peer begins */
	CHANNEL_NEWS_REPLACED,	  /* both at once */
	CHANNEL_NEWS_BROKEN,	  /* err: bytes were lost or wrong; begin again */
};

void channel_session_init(struct channel_session *session, const struct channel_hello *own,
			  size_t payload_max, size_t padding_bytes);
void channel_session_done(struct channel_session *session);
/* Forgets the peer and says hello with the nonce that follows. The output is kept. */
void channel_session_begin(struct channel_session *session, uint64_t now_ms);
void channel_session_feed(struct channel_session *session, const void *bytes, size_t n,
			  uint64_t now_ms);
/* The next thing that happened; false when more bytes are needed. Hellos and pings are answered
 * within. */
bool channel_session_next(struct channel_session *session, enum channel_session_news *news,
			  struct channel_frame *frame, struct dint_error *err);
/* Whether something is awaited of the peer. */
void channel_session_wait(struct channel_session *session, bool waiting);
/* Repeats hellos, pings; true, once, when the peer has been silent for CHANNEL_SILENT_MS. */
bool channel_session_tick(struct channel_session *session, uint64_t now_ms, uint64_t *again_ms);

/* Appends a frame's header; append the payload to .out, then end it. */
size_t channel_session_frame(struct channel_session *session, enum channel_type type);
void channel_session_send(struct channel_session *session, size_t frame);
void channel_session_ping(struct channel_session *session);
