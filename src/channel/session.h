/* SPDX-License-Identifier: MIT */
/* Times and sizes that both ends keep to. */
#pragma once

/* A hello that nobody answers is repeated after this, then twice this … up to the second. */
#define CHANNEL_HELLO_REPEAT_MS	    1000
#define CHANNEL_HELLO_REPEAT_MAX_MS 30000
/* While something is awaited: ask after this silence, call the peer silent after that. A host may
 * take long over a sync; losing a session costs the guest one more reading of what it sent. */
#define CHANNEL_PING_MS	  10000
#define CHANNEL_SILENT_MS 60000

/* What a host lets be on its way unacknowledged; it acknowledges every half of it or sooner. */
#define CHANNEL_WINDOW_BYTES (16u << 20)
