/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a stream socket is: a UNIX socket's path (it has a '/'), or HOST:PORT. */
#pragma once
#include <stdbool.h>

#include "base/error.h"

/* DINT_BAD_REQUEST for what is neither. HOST is a number ("127.0.0.1", "[::1]") or "localhost":
 * looking names up would hold up the event loop. */
bool address_check(const char *address, struct dint_error *err);
/* A non-blocking socket that is connected, or about to be: wait until it can be written to, then
 * ask address_connected. -1 with err. */
int address_connect(const char *address, struct dint_error *err);
bool address_connected(int fd, const char *address, struct dint_error *err);
