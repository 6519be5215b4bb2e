/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What dintd answers on the network: the table of who answers where.
 *
 * To add a part of the address space: a row in network.c's add_routes.
 */
#pragma once
#include <systemd/sd-event.h>

#include "api/v1.h"
#include "base/error.h"
#include "config/config.h"
#include "ec2/ec2.h"

/* The listening socket. It outlives a configuration, so that whoever connects while another is read
 * waits a moment and is not refused. */
struct listener {
	int fd;	       /* -1: none */
	char *address; /* NULL: systemd's */
};

/* Takes the socket that systemd passed, if it did. */
bool listener_adopt(struct listener *listener, struct dint_error *err);
/* Listens at the address, and nowhere else any more; NULL: nowhere. systemd's socket stays. */
bool listener_move(struct listener *listener, const char *address, struct dint_error *err);
void listener_done(struct listener *listener);

struct network;

/* Those who answer; they outlive the network. */
struct network_parts {
	struct api_v1 v1;
	struct ec2 *ec2;
};

/* Nothing to answer on (listener's fd is -1): *network is NULL. */
bool network_open(sd_event *loop, const struct config *config, const struct listener *listener,
		  const struct network_parts *parts, struct network **network,
		  struct dint_error *err);
/* Whether there is a new certificate; it is in force then, and nobody was disturbed. */
bool network_renew(struct network *network);
/* No new connections. Whether requests are still being answered: a stop waits a moment for them. */
void network_quiesce(struct network *network);
bool network_is_busy(const struct network *network);
/* Before the site is closed: cancels what waits. Takes NULL. */
void network_close(struct network *network);
/* What could be found wrong before the old configuration is given up. */
bool network_check(const struct config *config, struct dint_error *err);
