/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON read with jansson, from strangers: a size limit, no key twice, errors that name the key.
 * The values returned are borrowed from the tree.
 */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"

DEFINE_CLEANUP(json_decref, json_t *)

/* One document and nothing behind it; the caller owns *root (json_decref). DINT_BAD_REQUEST above
 * limit_bytes, and where the text is not JSON, with line and column. */
bool json_parse_limited(const void *text, size_t size_bytes, size_t limit_bytes, json_t **root,
			struct dint_error *err);

/* What must be there: DINT_BAD_REQUEST "key: missing" or "key: a string belongs here". */
bool json_get_string(const json_t *object, const char *key, const char **value,
		     struct dint_error *err);
bool json_get_u64(const json_t *object, const char *key, uint64_t *value, struct dint_error *err);
bool json_get_bool(const json_t *object, const char *key, bool *value, struct dint_error *err);
bool json_get_object(const json_t *object, const char *key, const json_t **value,
		     struct dint_error *err);
bool json_get_array(const json_t *object, const char *key, const json_t **value,
		    struct dint_error *err);

/* What may be there: NULL, or the second-best, where it is absent or of another kind. */
const char *json_find_string(const json_t *object, const char *key);
const json_t *json_find_object(const json_t *object, const char *key);
const json_t *json_find_array(const json_t *object, const char *key);
uint64_t json_find_u64(const json_t *object, const char *key, uint64_t otherwise);
bool json_find_bool(const json_t *object, const char *key, bool otherwise);
