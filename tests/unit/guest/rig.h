/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The real dint-guest on a UNIX socket in place of its port, and a host with a disk at the other
 * end. The disk outlives the host's connection, and the guest's folders outlive the guest.
 */
#pragma once
#include "../check.h"

#include <sys/types.h>

#include "base/buffer.h"
#include "channel/channel.h"

#define RIG_STORED_MAX 8

struct rig_dump {
	struct channel_id id;
	char path[2 * CHANNEL_NAME_MAX + 2]; /* folder and name */
	struct buffer content;
	bool stored;
	unsigned offers;
	uint64_t resumed_at; /* of the last offer */
};

struct rig {
	const char *program;
	char folder[64];
	int listen_fd, fd; /* -1: no connection */
	pid_t pid;	   /* 0: no guest runs */
	struct channel_host *host;
	uint64_t nonce;
	struct rig_dump dumps[RIG_STORED_MAX];
	unsigned n;
	/* how the next offer is answered, in place of accept */
	bool refuse;
	uint32_t refuse_retry_s;
	unsigned bad_sums; /* so many dumps are refused at their end, for their sum */
	uint64_t ack_each; /* bytes between two acknowledgements; 0: after each piece */
	uint64_t acknowledged;
};

/* tree: a crash directory below tests/guest/trees that is copied, or NULL for an empty one. */
void rig_init(struct rig *rig, const char *program, const char *tree);
void rig_done(struct rig *rig);
/* A dump of size bytes that look random. */
void rig_put_dump(struct rig *rig, const char *stamp, size_t size);
void rig_path(const struct rig *rig, const char *below, char path[256]);

void rig_start(struct rig *rig); /* the guest */
/* … in its capture role: a shell's script makes the dump. Its console is a file. */
void rig_start_capture(struct rig *rig, const char *deadline_s, const char *script);
/* Answers it until it ends, half a minute at the most; its exit status. */
int rig_wait(struct rig *rig);
void rig_console(struct rig *rig, char text[512]);
void rig_kill(struct rig *rig);	   /* by SIGKILL */
void rig_connect(struct rig *rig); /* takes the guest's connection; fails after half a minute */
void rig_hang_up(struct rig *rig);
void rig_forget(struct rig *rig); /* the host's disk */

/* The next event, after the host has answered it; fails after half a minute. */
struct channel_host_event rig_next(struct rig *rig);
/* Goes on until an event of this type. */
struct channel_host_event rig_until(struct rig *rig, enum channel_host_event_type type);
/* NULL when the dump was never offered. */
struct rig_dump *rig_find(struct rig *rig, const char *path);
/* The content is that of the guest's file. */
void rig_assert_whole(struct rig *rig, const struct rig_dump *dump);
