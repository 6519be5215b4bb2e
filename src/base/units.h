/* SPDX-License-Identifier: MIT */
/* Units, so that a signature tells addresses apart. */
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef uint64_t phys_t; /* physical address, bytes */
typedef uint64_t kva_t;	 /* kernel virtual address, bytes */
typedef uint64_t pfn_t;	 /* page frame number: phys >> page_shift */

#define KIB ((uint64_t)1 << 10)
#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
