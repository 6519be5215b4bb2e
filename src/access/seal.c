/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The master key: where it is found, how it is made; and what it seals. */
#include "access/seal_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/cleanup.h"
#include "base/io.h"

#define HEX_DIGITS  (2 * SEAL_KEY_BYTES)
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES   crypto_aead_xchacha20poly1305_ietf_ABYTES
_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == SEAL_KEY_BYTES, "the key's size");

/* ---- the master key ---- */

static bool read_key(const char *text, size_t n, uint8_t key[SEAL_KEY_BYTES],
		     struct dint_error *err)
{
	size_t got = 0;

	while (n && strchr(" \r\n", text[n - 1]))
		n--;
	if (n == HEX_DIGITS && !sodium_hex2bin(key, SEAL_KEY_BYTES, text, n, NULL, &got, NULL) &&
	    got == SEAL_KEY_BYTES)
		return true;
	return dint_fail(err, DINT_BAD_REQUEST, "a master key is %u hex digits", HEX_DIGITS);
}

/* A key that others can read seals nothing. */
static bool check_private(int fd, struct dint_error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return dint_fail_errno(err, "stat");
	if (!S_ISREG(status.st_mode))
		return dint_fail(err, DINT_BAD_REQUEST, "not a file");
	if (status.st_mode & 077)
		return dint_fail(err, DINT_DENIED,
				 "its mode is %04o, others can read it: chmod 600",
				 (unsigned)status.st_mode & 07777);
	return true;
}

static bool read_file(const char *path, bool must_be_private, struct seal *seal,
		      struct dint_error *err)
{
	CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char text[HEX_DIGITS + 8];
	ssize_t got;

	if (fd < 0)
		return dint_fail_errno(err, "%s", path);
	if (must_be_private && !check_private(fd, err))
		return dint_within(err, "%s", path);
	got = io_pread_full(fd, text, sizeof(text), 0, err);
	seal->ready = got >= 0 && read_key(text, (size_t)got, seal->key, err);
	explicit_bzero(text, sizeof(text));
	return seal->ready || dint_within(err, "%s", path);
}

static bool open_file(struct seal *seal, struct dint_error *err)
{
	if (read_file(seal->path, true, seal, err))
		return true;
	return dint_within(err, "master key");
}

bool seal_open(const struct access_settings *settings, struct seal *seal, struct dint_error *err)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	CLEANUP(free_ptr) char *credential = NULL;

	*seal = (struct seal){0};
	if (sodium_init() < 0)
		return dint_fail(err, DINT_SYSTEM, "libsodium cannot be used");
	if (folder)
		credential = xasprintf("%s/" SEAL_CREDENTIAL, folder);
	if (credential && !access(credential, F_OK))
		return read_file(credential, false, seal, err) || dint_within(err, "master key");
	seal->path = settings->master_key ? xstrdup(settings->master_key)
					  : xasprintf("%s/master.key", settings->state_dir);
	return open_file(seal, err);
}

bool seal_make(struct seal *seal, struct dint_error *err)
{
	CLEANUP(close_fd) int fd = -1;
	CLEANUP(free_ptr) char *folder = xstrdup(seal->path);
	char text[HEX_DIGITS + 2];
	char *slash = strrchr(folder, '/');

	if (slash)
		*(slash == folder ? slash + 1 : slash) = '\0';
	fd = open(seal->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return dint_fail_errno(err, "master key: %s", seal->path);
	randombytes_buf(seal->key, sizeof(seal->key));
	sodium_bin2hex(text, HEX_DIGITS + 1, seal->key, sizeof(seal->key));
	text[HEX_DIGITS] = '\n';
	/* durable before anything is sealed with it */
	seal->ready = io_write_all(fd, text, HEX_DIGITS + 1, err) &&
		      (fsync(fd) == 0 || dint_fail_errno(err, "sync")) &&
		      io_sync_directory(slash ? folder : ".", err);
	explicit_bzero(text, sizeof(text));
	if (seal->ready)
		return true;
	unlink(seal->path);
	return dint_within(err, "master key: %s", seal->path);
}

void seal_done(struct seal *seal)
{
	free(seal->path);
	explicit_bzero(seal, sizeof(*seal));
}

/* ---- secrets ---- */

static char *associated(const char *key_id, const char *user)
{
	return xasprintf("dint access key\n%s\n%s", key_id, user);
}

void seal_secret(const struct seal *seal, const char *key_id, const char *user, const char *secret,
		 struct buffer *sealed)
{
	CLEANUP(free_ptr) char *with = associated(key_id, user);
	uint8_t bytes[NONCE_BYTES + ACCESS_SECRET + TAG_BYTES];
	unsigned long long size;

	randombytes_buf(bytes, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		bytes + NONCE_BYTES, &size, (const uint8_t *)secret, strlen(secret),
		(const uint8_t *)with, strlen(with), NULL, bytes, seal->key);
	buffer_clear(sealed);
	base64_encode(bytes, NONCE_BYTES + size, sealed);
}

bool seal_open_secret(const struct seal *seal, const char *key_id, const char *user,
		      const char *sealed, char secret[ACCESS_SECRET], struct dint_error *err)
{
	CLEANUP(free_ptr) char *with = associated(key_id, user);
	CLEANUP(buffer_done) struct buffer bytes = {0};
	unsigned long long size;

	if (!base64_decode(sealed, strlen(sealed), &bytes, err) ||
	    bytes.size < NONCE_BYTES + TAG_BYTES ||
	    bytes.size - NONCE_BYTES - TAG_BYTES >= ACCESS_SECRET)
		return dint_fail(err, DINT_CORRUPT, "%s: not a sealed secret", key_id);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		    (uint8_t *)secret, &size, NULL, bytes.bytes + NONCE_BYTES,
		    bytes.size - NONCE_BYTES, (const uint8_t *)with, strlen(with), bytes.bytes,
		    seal->key) != 0)
		return dint_fail(err, DINT_CORRUPT,
				 "%s was sealed with another master key, or changed", key_id);
	secret[size] = '\0';
	return true;
}
