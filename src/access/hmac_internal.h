/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HMAC-SHA256 (RFC 2104). */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/sha256.h"

/* out may be the key. */
void hmac_sha256(const void *key, size_t key_size, const void *bytes, size_t n,
		 uint8_t out[SHA256_BYTES]);
