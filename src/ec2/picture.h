/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A screen as the hypervisor writes it (PPM, "P6") made a JPEG. The picture is a stranger's. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define PICTURE_SIDE_MAX  8192 /* pixels; QEMU's own displays end at 16384, screens before 8K */
#define PICTURE_BYTES_MAX (64u << 20)
#define PICTURE_QUALITY	  90

/* DINT_CORRUPT for what is no PPM of 8 bits a colour, whole, of a size that a screen has. */
bool picture_to_jpeg(const void *ppm, size_t size, struct buffer *jpeg, struct dint_error *err);
