/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A certificate and its key, counted: a handshake may still use the pair that a reload replaced. */
#pragma once
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include "base/error.h"

#define HTTP_CHAIN_MAX 16 /* certificates in a file; public chains have three */
#define HTTP_PEM_BYTES (1u << 20)

/* TLS 1.2 and 1.3. */
#define HTTP_TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct http_certificate {
	unsigned uses;
	unsigned count;
	gnutls_pcert_st chain[HTTP_CHAIN_MAX];
	gnutls_privkey_t key;
};

/* Both files, PEM; refuses a key that is not the first certificate's. One use is the caller's. */
bool certificate_load(const char *chain_path, const char *key_path, struct http_certificate **out,
		      struct dint_error *err);
/* Whether both are the same chain. */
bool certificate_is(const struct http_certificate *a, const struct http_certificate *b);
struct http_certificate *certificate_use(struct http_certificate *certificate);
void certificate_unuse(struct http_certificate *certificate);
