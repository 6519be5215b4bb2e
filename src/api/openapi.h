/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The OpenAPI 3.1 document of /v1, made from the operations and the shapes. */
#pragma once
#include <jansson.h>

/* A new object. */
json_t *openapi_document(void);
