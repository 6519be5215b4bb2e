/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libmicrohttpd with our options, and its calls turned into ours. */
#pragma once
#include "http/server_internal.h"

bool library_start(struct http_server *server, struct dint_error *err);
/* No new connections. */
void library_quiesce(struct http_server *server);
/* No exchange may be waiting any more. */
void library_stop(struct http_server *server);
