/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The administrator's socket: one JSON line each way, a descriptor beside the answer where there is
 * one. Who may connect is the directory's and the socket's mode; who asks comes from SO_PEERCRED.
 */
#pragma once
#include <systemd/sd-event.h>

#include "access/access.h"
#include "base/error.h"
#include "incident/site.h"

#define API_LINE_BYTES	65536 /* a request; the largest legitimate one has a reason in it */
#define API_CONNECTIONS 128   /* at once; each may wait for an incident */

struct api_socket;

/* Listens at path, replacing what an earlier dintd left there. */
bool api_socket_open(sd_event *loop, const char *path, struct site *site, struct access *access,
		     struct api_socket **out, struct dint_error *err);
/* Takes down the socket and its file; calls under way are cancelled. */
void api_socket_close(struct api_socket *socket);
