/* SPDX-License-Identifier: MIT */
/*
 * What guest and host say to each other over one serial port; docs/channel.md is the specification.
 * Nothing here reads, writes or looks at a clock: the caller feeds bytes and the time, takes
 *events, and sends what stands in the output buffer. Either end may die at any byte.
 *
 *	host                                     guest
 *	 HELLO(nonce h, echo g)   <------------>  HELLO(nonce g, echo h)
 *	 ASK_READINESS            ------------->
 *	                          <-------------  READINESS          (also unasked)
 *	                          <-------------  OFFER(id, name, size or unknown)
 *	 ACCEPT(id, from, window) ------------->                     (or REFUSE, or STORED: had it)
 *	                          <-------------  DATA(offset, bytes) ...
 *	 ACK(id, synced)          ------------->
 *	                          <-------------  DONE(id, size, sum) (or WITHDRAW)
 *	 STORED(id)               ------------->                     (or REFUSE)
 *	                          <-------------  NOTHING             no more dumps
 *
 * To add a message:
 *   1. a number in enum channel_type and a struct in message.h, its encode and decode in message.c;
 *   2. a row in the table of the side that receives it (host.c, guest.c);
 *   3. its layout in docs/channel.md. A receiver skips types it does not know and bytes behind the
 *      fields it knows, so both can be added without a new version.
 */
#pragma once
#include "channel/guest.h"
#include "channel/host.h"
#include "channel/message.h"
