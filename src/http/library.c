/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The library's options are the ones that matter: no thread of its own, suspended connections
 * allowed, a bound on what a connection may make it keep. It unescapes the target in place and cuts
 * it at a NUL, so only the raw one, from the callback that is meant for logs, is used.
 */
#include "http/library_internal.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"

#define NOW() system_clock.monotonic_us(&system_clock)

/* Head and buffers of one connection. More than HTTP_HEAD_BYTES, so that it is mostly we who say
 * that a head is too large; not much more, for the library wipes all of it after each request. */
#define CONNECTION_BYTES 32768
/* Above our own limit, for those that we have ended and the library has not yet cleaned up. */
#define CONNECTIONS_SPARE 256
#define COMPLAIN_EVERY_US 1000000

/* How strict the library is: in 0.9.75 -1 is what refuses white space before a colon, whatever its
 * header says; later there are levels, and 1 is for a server that faces strangers. */
#if MHD_VERSION >= 0x00097701
#define STRICTNESS MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1
#else
#define STRICTNESS MHD_OPTION_STRICT_FOR_CLIENT, -1
#endif

static struct http_connection *connection_of(struct MHD_Connection *library)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(library, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static void on_connection(void *arg, struct MHD_Connection *library, void **context,
			  enum MHD_ConnectionNotificationCode what)
{
	struct http_server *s = arg;
	struct http_connection *c = *context;
	const union MHD_ConnectionInfo *fd, *address;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (!c)
			return;
		certificate_unuse(c->certificate);
		connection_free(&s->connections, c);
		*context = NULL;
		return;
	}
	fd = MHD_get_connection_info(library, MHD_CONNECTION_INFO_CONNECTION_FD);
	address = MHD_get_connection_info(library, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	c = connection_new(&s->connections, fd->connect_fd, address->client_addr, NOW());
	c->certificate = s->certificate ? certificate_use(s->certificate) : NULL;
	*context = c;
	s->counts.accepted++;
	s->counts.evicted += connections_make_room(&s->connections, &s->setup.limits, c);
}

static bool has_many_arguments(const char *target)
{
	unsigned count = 0;

	for (; target && *target; target++)
		count += *target == '&';
	return count >= HTTP_ARGUMENTS;
}

/* Where the library has no room left for arguments it neither answers nor closes. */
static void *on_target(void *arg, const char *target, struct MHD_Connection *library)
{
	struct http_connection *c = connection_of(library);

	if (!c)
		return NULL;
	if (has_many_arguments(target))
		connection_end(c);
	return exchange_new(arg, library, c, target);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *library, const char *path,
				  const char *method, const char *version, const char *bytes,
				  size_t *n, void **context)
{
	struct http_exchange *x = *context;

	(void)arg;
	(void)library;
	(void)path;
	if (!x)
		return MHD_NO;
	switch (x->stage) {
	case STAGE_HEAD:
		return exchange_head(x, method, version);
	case STAGE_BODY:
		if (!bytes)
			return exchange_end(x);
		exchange_body(x, bytes, *n);
		*n = 0;
		return MHD_YES;
	case STAGE_ANSWERED:
		return exchange_send(x);
	case STAGE_QUEUED:
		*n = 0;
		return MHD_YES;
	case STAGE_HANDLER:
	case STAGE_WAITING:
	case STAGE_CANCELLED:
		return MHD_NO; /* ends the connection */
	}
	return MHD_NO;
}

static void on_completed(void *arg, struct MHD_Connection *library, void **context,
			 enum MHD_RequestTerminationCode why)
{
	(void)arg;
	(void)library;
	(void)why;
	if (*context)
		exchange_leave(*context);
	*context = NULL;
}

static void on_words(void *arg, const char *fmt, va_list args) PRINTF(2, 0);

/* About two a bad request: once a second is enough to know of them. */
static void on_words(void *arg, const char *fmt, va_list args)
{
	struct http_server *s = arg;
	char words[256];
	uint64_t now = NOW();

	if (!s->setup.complain || now - s->complained_us < COMPLAIN_EVERY_US)
		return;
	s->complained_us = now;
	vsnprintf(words, sizeof(words), fmt, args);
	s->setup.complain(s->setup.arg, words);
}

static void on_panic(void *arg, const char *file, unsigned line, const char *reason)
{
	(void)arg;
	log_error("libmicrohttpd gives up: %s:%u: %s", file, line, reason ? reason : "");
	abort();
}

static int on_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
			  gnutls_pcert_st **chain, unsigned *count, gnutls_ocsp_data_st **ocsp,
			  unsigned *ocsp_count, gnutls_privkey_t *key, unsigned *flags)
{
	struct MHD_Connection *library = gnutls_session_get_ptr(session);
	struct http_connection *c = library ? connection_of(library) : NULL;

	(void)info;
	if (!c || !c->certificate)
		return -1;
	*chain = c->certificate->chain;
	*count = c->certificate->count;
	*key = c->certificate->key;
	*ocsp = NULL;
	*ocsp_count = 0;
	*flags = 0; /* the pair stays ours */
	return 0;
}

bool library_start(struct http_server *s, struct dint_error *err)
{
	bool tls = s->certificate;
	CLEANUP(close_fd) int fd = fcntl(s->setup.listen_fd, F_DUPFD_CLOEXEC, 3);
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
			 (tls ? MHD_USE_TLS : 0);
	struct MHD_OptionItem for_tls[] = {
		{MHD_OPTION_HTTPS_CERT_CALLBACK2, 0, (void *)on_certificate},
		{MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)HTTP_TLS_PRIORITIES},
		{MHD_OPTION_END, 0, NULL},
	};

	if (fd < 0)
		return dint_fail_errno(err, "the listening socket");
	MHD_set_panic_func(on_panic, NULL);
	s->library = MHD_start_daemon(
		flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, on_words, s,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
		MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_NOTIFY_COMPLETED,
		on_completed, s, STRICTNESS, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
		MHD_OPTION_CONNECTION_LIMIT, s->setup.limits.connections + CONNECTIONS_SPARE,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)((s->setup.limits.idle_ms + 999) / 1000),
		tls ? MHD_OPTION_ARRAY : MHD_OPTION_END, for_tls, MHD_OPTION_END);
	if (!s->library)
		return dint_fail(err, DINT_SYSTEM, "libmicrohttpd does not start");
	TAKE_FD(fd);
	return true;
}

/* Left to itself the library would shut the listening socket down, on which the next server listens
 * still. */
void library_quiesce(struct http_server *s)
{
	if (!s->quiet)
		close(MHD_quiesce_daemon(s->library));
	s->quiet = true;
}

void library_stop(struct http_server *s)
{
	if (!s->library)
		return;
	library_quiesce(s);
	MHD_run(s->library); /* what was resumed is let go */
	MHD_stop_daemon(s->library);
	s->library = NULL;
}
