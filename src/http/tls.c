/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PEM files to what GnuTLS's callback hands out. */
#include "http/tls.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/io.h"
#include "http/server.h"

#define KEY_ID_BYTES 64

DEFINE_CLEANUP(certificate_unuse, struct http_certificate *)

struct http_certificate *certificate_use(struct http_certificate *certificate)
{
	certificate->uses++;
	return certificate;
}

void certificate_unuse(struct http_certificate *certificate)
{
	if (!certificate || --certificate->uses)
		return;
	for (unsigned i = 0; i < certificate->count; i++)
		gnutls_pcert_deinit(&certificate->chain[i]);
	gnutls_privkey_deinit(certificate->key);
	free(certificate);
}

bool certificate_is(const struct http_certificate *a, const struct http_certificate *b)
{
	bool same = a->count == b->count;

	for (unsigned i = 0; same && i < a->count; i++)
		same = a->chain[i].cert.size == b->chain[i].cert.size &&
		       !memcmp(a->chain[i].cert.data, b->chain[i].cert.data, a->chain[i].cert.size);
	return same;
}

static bool load_chain(struct http_certificate *c, const char *path, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer pem = {0};
	unsigned count = HTTP_CHAIN_MAX;
	gnutls_datum_t data;
	int failed;

	if (!io_read_file(path, HTTP_PEM_BYTES, &pem, err))
		return false;
	data = (gnutls_datum_t){pem.bytes, pem.size};
	failed = gnutls_pcert_list_import_x509_raw(c->chain, &count, &data, GNUTLS_X509_FMT_PEM,
						   GNUTLS_X509_CRT_LIST_FAIL_IF_UNSORTED);
	if (failed < 0)
		return dint_fail(err, DINT_BAD_REQUEST, "%s: no certificate chain in PEM: %s", path,
				 gnutls_strerror(failed));
	c->count = count;
	return true;
}

static bool load_key(struct http_certificate *c, const char *path, struct dint_error *err)
{
	CLEANUP(buffer_done) struct buffer pem = {0};
	gnutls_datum_t data;
	int failed;

	if (!io_read_file(path, HTTP_PEM_BYTES, &pem, err))
		return false;
	data = (gnutls_datum_t){pem.bytes, pem.size};
	failed = gnutls_privkey_import_x509_raw(c->key, &data, GNUTLS_X509_FMT_PEM, NULL, 0);
	gnutls_memset(pem.bytes, 0, pem.size);
	if (failed < 0)
		return dint_fail(err, DINT_BAD_REQUEST, "%s: no private key in PEM: %s", path,
				 gnutls_strerror(failed));
	return true;
}

static bool key_fits(const struct http_certificate *c)
{
	uint8_t ours[KEY_ID_BYTES], theirs[KEY_ID_BYTES];
	size_t our_size = sizeof(ours), their_size = sizeof(theirs);
	gnutls_pubkey_t public;
	bool fits;

	if (gnutls_pubkey_init(&public) < 0)
		return false;
	fits = gnutls_pubkey_import_privkey(public, c->key, 0, 0) >= 0 &&
	       gnutls_pubkey_get_key_id(public, 0, ours, &our_size) >= 0 &&
	       gnutls_pubkey_get_key_id(c->chain[0].pubkey, 0, theirs, &their_size) >= 0 &&
	       our_size == their_size && !memcmp(ours, theirs, our_size);
	gnutls_pubkey_deinit(public);
	return fits;
}

bool certificate_load(const char *chain_path, const char *key_path, struct http_certificate **out,
		      struct dint_error *err)
{
	CLEANUP(certificate_unuse_ptr)
	struct http_certificate *c = xcalloc(1, sizeof(*c));

	c->uses = 1;
	if (gnutls_privkey_init(&c->key) < 0)
		return dint_fail(err, DINT_SYSTEM, "no memory for a key");
	if (!load_chain(c, chain_path, err) || !load_key(c, key_path, err))
		return false;
	if (!key_fits(c))
		return dint_fail(err, DINT_BAD_REQUEST, "%s: not the key of the certificate in %s",
				 key_path, chain_path);
	*out = TAKE(c);
	return true;
}

bool http_check_certificate(const char *certificate, const char *key, struct dint_error *err)
{
	CLEANUP(certificate_unuse_ptr) struct http_certificate *loaded = NULL;

	return certificate_load(certificate, key, &loaded, err);
}
