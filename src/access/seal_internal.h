/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Secrets at rest: sealed with XChaCha20-Poly1305 under the master key, the access key's id and its
 * user as associated data, so that rows cannot be swapped. SigV4 is a MAC: the server needs the
 * secret itself, a hash would not do.
 *
 *	base64( nonce, 24 bytes | ciphertext | tag, 16 bytes )
 */
#pragma once
#include "access/access.h"
#include "base/buffer.h"

#define SEAL_KEY_BYTES	32
#define SEAL_CREDENTIAL "dint.master_key" /* systemd's LoadCredential= */

struct seal {
	uint8_t key[SEAL_KEY_BYTES];
	bool ready;
	char *path; /* of the file; NULL: a credential */
};

/* Reads the key: the credential, else the file, which holds 64 hex digits and is nobody else's
 * (0600). Where there is no file yet: DINT_NOT_FOUND, and seal_make makes it. */
bool seal_open(const struct access_settings *settings, struct seal *seal, struct dint_error *err);
bool seal_make(struct seal *seal, struct dint_error *err);
void seal_done(struct seal *seal);

/* sealed is replaced. */
void seal_secret(const struct seal *seal, const char *key_id, const char *user, const char *secret,
		 struct buffer *sealed);
/* DINT_CORRUPT when it was sealed with another key, for another id, or changed. */
bool seal_open_secret(const struct seal *seal, const char *key_id, const char *user,
		      const char *sealed, char secret[ACCESS_SECRET], struct dint_error *err);
