/* SPDX-License-Identifier: MIT */
/* Text for people: what came from strangers made harmless, sizes and durations made readable. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

/* Appends bytes as printable UTF-8: control characters, DEL, C1 controls, bidirectional overrides
 * and what is not UTF-8 become \xNN; a backslash stays as it is. */
void text_escape(struct buffer *to, const void *bytes, size_t n);

/* The length in bytes of the UTF-8 sequence at the front of n bytes; 0 where there is none. */
size_t text_utf8(const uint8_t *bytes, size_t n);

#define TEXT_SIZE 24
/* "75.4 MiB", "512 B": IEC units, one decimal above bytes. */
void text_size(uint64_t size_bytes, char text[TEXT_SIZE]);

/* A number with nothing before or behind it, decimal or 0x…; DINT_BAD_REQUEST otherwise. */
bool text_number(const char *text, uint64_t *value, struct dint_error *err);
/* "90s", "10m", "2h", "1500ms" to milliseconds; DINT_BAD_REQUEST says which units there are. */
bool text_duration(const char *text, uint64_t *value_ms, struct dint_error *err);
