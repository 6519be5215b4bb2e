/* SPDX-License-Identifier: MIT */
/* Base 64 (RFC 4648, section 4), for bytes inside JSON. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

void base64_encode(const void *bytes, size_t n, struct buffer *to);
/* Appends the bytes; DINT_BAD_REQUEST for anything but whole groups of four with their padding. */
bool base64_decode(const char *text, size_t n, struct buffer *to, struct dint_error *err);
