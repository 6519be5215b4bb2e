/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dumps themselves: STATE/dumps/SHA256, mode 0600, byte for byte as they came; until complete
 * they are STATE/partial/ID. Touches no database and no global state: any thread may call.
 */
#pragma once
#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"

struct upload;

/* Opens or resumes the partial file of this id (letters, digits, '-'). What is there already is
 * read once and hashed, so this may take a second for each GiB. */
bool upload_open(const char *state_dir, const char *id, struct upload **upload,
		 struct dint_error *err);
/* Closes the file and keeps it, for a later upload_open. Takes NULL. */
void upload_close(struct upload *upload);
/* Removes it. Takes NULL. */
void upload_abandon(struct upload *upload);

/* Bytes in the file; after upload_open all of them are synced. */
uint64_t upload_size(const struct upload *upload);
/* Appends and hashes. DINT_LIMIT when the disk is full: what was there stays. */
bool upload_append(struct upload *upload, const void *bytes, size_t n, struct dint_error *err);
bool upload_sync(struct upload *upload, struct dint_error *err);
/* A descriptor to the empty partial file for somebody else to write (the hypervisor); write-only
 * and the caller's. Call upload_adopt when they are done, which hashes what they wrote. */
int upload_lend(struct upload *upload, struct dint_error *err);
bool upload_adopt(struct upload *upload, struct dint_error *err);

/* Partial files whose ids begin so, but for the one of id keep (NULL: all of them): whether there
 * are any, and their removal, which may take a second for each 100 GiB. */
bool uploads_left(const char *state_dir, const char *prefix, const char *keep);
bool uploads_remove(const char *state_dir, const char *prefix, const char *keep,
		    uint64_t *size_bytes, struct dint_error *err);

/* The sum so far, without ending it. */
void upload_sum(const struct upload *upload, uint8_t sum[SHA256_BYTES]);
/* Makes it a dump: synced, under its own sum, visible; equal dumps are kept once. wanted NULL: no
 * sum to hold it to. DINT_CORRUPT when it differs; the partial file is then abandoned. Frees the
 * upload on success, and on DINT_CORRUPT. */
bool upload_finish(struct upload *upload, const uint8_t *wanted, char sha256[SHA256_TEXT],
		   struct dint_error *err);

/* Bytes that dumps may still take: what the file system has free for us, less what the database and
 * the rest of the host need. 0 when it cannot be told. */
#define DUMP_RESERVE_BYTES (64u << 20)
uint64_t dump_space(const char *state_dir);

/* A read-only descriptor, -1 with err. sha256 is checked to be 64 hex digits. */
int dump_file_open(const char *state_dir, const char *sha256, struct dint_error *err);
/* Really deletes; true also when it was not there. */
bool dump_file_delete(const char *state_dir, const char *sha256, struct dint_error *err);
