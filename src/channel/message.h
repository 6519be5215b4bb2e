/* SPDX-License-Identifier: MIT */
/*
 * The messages as structs. An encode appends a payload (what its fields do not allow is our own
 * mistake and is cut or asserted); a decode reads a stranger's payload and says what is wrong with
 * it (DINT_CORRUPT). Bytes behind the last known field belong to a later writer and are skipped.
 *
 * Texts are a byte of length and printable ASCII; what is not becomes '?', but in a name it is
 * refused.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/sha256.h"

enum channel_type {
	CHANNEL_TYPE_HELLO = 1,
	CHANNEL_TYPE_ASK_READINESS = 2,
	CHANNEL_TYPE_READINESS = 3,
	CHANNEL_TYPE_OFFER = 4,
	CHANNEL_TYPE_ACCEPT = 5,
	CHANNEL_TYPE_REFUSE = 6,
	CHANNEL_TYPE_DATA = 7,
	CHANNEL_TYPE_ACK = 8,
	CHANNEL_TYPE_DONE = 9,
	CHANNEL_TYPE_STORED = 10,
	CHANNEL_TYPE_WITHDRAW = 11,
	CHANNEL_TYPE_NOTHING = 12,
	CHANNEL_TYPE_PING = 13,
	CHANNEL_TYPE_PONG = 14,
};

#define CHANNEL_ID_BYTES   16
#define CHANNEL_NAME_MAX   255 /* bytes: what a directory entry can have */
#define CHANNEL_TEXT_MAX   255 /* bytes: the length is one byte */
#define CHANNEL_CHECKS_MAX 32  /* four times what there are */

struct channel_id {
	uint8_t bytes[CHANNEL_ID_BYTES];
};

bool channel_id_equal(const struct channel_id *a, const struct channel_id *b);

#define CHANNEL_ID_TEXT (2 * CHANNEL_ID_BYTES + 1)
/* Lower-case hex. */
void channel_id_text(const struct channel_id *id, char text[CHANNEL_ID_TEXT]);

enum channel_role {
	CHANNEL_ROLE_HOST = 0,
	CHANNEL_ROLE_SYSTEM = 1,  /* the machine's own system; dumps are files */
	CHANNEL_ROLE_CAPTURE = 2, /* the kernel that saves the dump; it is a stream */
};

struct channel_hello {
	uint64_t nonce; /* the sender's, random, another for each session; never 0 */
	uint64_t echo;	/* the receiver's as last heard; 0 when none was */
	bool asks;	/* the sender has not heard its nonce yet: answer with a hello */
	enum channel_role role;
	uint8_t boot_id[16]; /* /proc/sys/kernel/random/boot_id; zeros from a host */
	char version[CHANNEL_TEXT_MAX + 1];
};

enum channel_check_state {
	CHANNEL_CHECK_OK = 0,
	CHANNEL_CHECK_WARNING = 1, /* works, may be better */
	CHANNEL_CHECK_FAILED = 2,  /* an interrupt would yield no dump */
	CHANNEL_CHECK_UNKNOWN = 3, /* could not be found out */
};

#define CHANNEL_VALUE_UNKNOWN UINT64_MAX

struct channel_check {
	char name[CHANNEL_TEXT_MAX + 1]; /* "kdump_loaded", "crash_space" … */
	enum channel_check_state state;
	uint64_t value;			  /* the number behind it; CHANNEL_VALUE_UNKNOWN */
	char words[CHANNEL_TEXT_MAX + 1]; /* for a person: what is wrong, what to do */
};

struct channel_readiness {
	uint8_t boot_id[16];
	uint64_t uptime_s;
	uint64_t free_bytes; /* in the crash directory; CHANNEL_VALUE_UNKNOWN */
	char kernel[CHANNEL_TEXT_MAX + 1];
	char host_name[CHANNEL_TEXT_MAX + 1];
	char version[CHANNEL_TEXT_MAX + 1]; /* of dint-guest */
	char crash_directory[CHANNEL_TEXT_MAX + 1];
	unsigned n_checks;
	struct channel_check checks[CHANNEL_CHECKS_MAX];
};

/* No check failed. */
bool channel_readiness_ready(const struct channel_readiness *readiness);
/* NULL when the guest sent no check of this name. */
const struct channel_check *channel_readiness_find(const struct channel_readiness *readiness,
						   const char *name);

#define CHANNEL_SIZE_UNKNOWN UINT64_MAX

struct channel_offer {
	struct channel_id id; /* the same dump has the same id whenever it is offered */
	uint64_t size;	      /* bytes; CHANNEL_SIZE_UNKNOWN for a stream */
	uint64_t modified_us; /* wall clock of the guest; 0 when not known */
	uint64_t crash_us;    /* likewise */
	bool has_sum;
	uint8_t sum[SHA256_BYTES];
	char name[CHANNEL_NAME_MAX + 1];   /* the file's: no '/', no "..", printable ASCII */
	char stamp[CHANNEL_NAME_MAX + 1];  /* its directory's, by the same rules; may be empty */
	char layout[CHANNEL_TEXT_MAX + 1]; /* "debian", "redhat", "suse", "stream" */
	char kernel[CHANNEL_TEXT_MAX + 1]; /* release of the dead kernel; empty when not known */
};

struct channel_accept {
	struct channel_id id;
	uint64_t from;	       /* bytes that the host has, synced; DATA goes on there */
	uint32_t window_bytes; /* this much may be on its way unacknowledged */
};

enum channel_refusal {
	CHANNEL_REFUSAL_OTHER = 0,
	CHANNEL_REFUSAL_NO_SPACE = 1,
	CHANNEL_REFUSAL_TOO_LARGE = 2,
	CHANNEL_REFUSAL_BAD_NAME = 3,
	CHANNEL_REFUSAL_BAD_SIZE = 4, /* more or fewer bytes than announced */
	CHANNEL_REFUSAL_BAD_SUM = 5,
	CHANNEL_REFUSAL_UNWANTED = 6,
	CHANNEL_REFUSAL_BUSY = 7,
};

struct channel_refuse {
	struct channel_id id;
	enum channel_refusal code;
	uint32_t retry_s; /* offer it again after so long; 0: never */
	char words[CHANNEL_TEXT_MAX + 1];
};

struct channel_data {
	uint64_t offset;
	const uint8_t *bytes; /* in the payload that was decoded */
	size_t n;
};

struct channel_ack {
	struct channel_id id;
	uint64_t synced; /* bytes from the start that survive the host's death */
};

struct channel_done {
	struct channel_id id;
	uint64_t size;
	uint8_t sum[SHA256_BYTES];
};

struct channel_withdraw {
	struct channel_id id;
	char words[CHANNEL_TEXT_MAX + 1];
};

struct channel_nothing {
	uint32_t handed;     /* dumps in the crash directory that a host has stored */
	uint32_t unfinished; /* dumps that were begun and never finished */
};

void channel_hello_encode(const struct channel_hello *hello, struct buffer *to);
void channel_readiness_encode(const struct channel_readiness *readiness, struct buffer *to);
void channel_offer_encode(const struct channel_offer *offer, struct buffer *to);
void channel_accept_encode(const struct channel_accept *accept, struct buffer *to);
void channel_refuse_encode(const struct channel_refuse *refuse, struct buffer *to);
void channel_data_encode(const struct channel_data *data, struct buffer *to);
void channel_ack_encode(const struct channel_ack *ack, struct buffer *to);
void channel_done_encode(const struct channel_done *done, struct buffer *to);
void channel_stored_encode(const struct channel_id *id, struct buffer *to);
void channel_withdraw_encode(const struct channel_withdraw *withdraw, struct buffer *to);
void channel_nothing_encode(const struct channel_nothing *nothing, struct buffer *to);
void channel_ping_encode(uint64_t token, struct buffer *to); /* also a pong's */

bool channel_hello_decode(const uint8_t *bytes, size_t n, struct channel_hello *hello,
			  struct dint_error *err);
bool channel_readiness_decode(const uint8_t *bytes, size_t n, struct channel_readiness *readiness,
			      struct dint_error *err);
/* A refused offer still has its id when that much was there, so that it can be told. */
bool channel_offer_decode(const uint8_t *bytes, size_t n, struct channel_offer *offer,
			  struct dint_error *err);
bool channel_accept_decode(const uint8_t *bytes, size_t n, struct channel_accept *accept,
			   struct dint_error *err);
bool channel_refuse_decode(const uint8_t *bytes, size_t n, struct channel_refuse *refuse,
			   struct dint_error *err);
bool channel_data_decode(const uint8_t *bytes, size_t n, struct channel_data *data,
			 struct dint_error *err);
bool channel_ack_decode(const uint8_t *bytes, size_t n, struct channel_ack *ack,
			struct dint_error *err);
bool channel_done_decode(const uint8_t *bytes, size_t n, struct channel_done *done,
			 struct dint_error *err);
bool channel_stored_decode(const uint8_t *bytes, size_t n, struct channel_id *id,
			   struct dint_error *err);
bool channel_withdraw_decode(const uint8_t *bytes, size_t n, struct channel_withdraw *withdraw,
			     struct dint_error *err);
bool channel_nothing_decode(const uint8_t *bytes, size_t n, struct channel_nothing *nothing,
			    struct dint_error *err);
bool channel_ping_decode(const uint8_t *bytes, size_t n, uint64_t *token, struct dint_error *err);
