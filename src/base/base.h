/* SPDX-License-Identifier: MIT */
/* What everything stands on: the C library only. Include the small headers you use; this one is for
 * programs that use most of them. */
#pragma once
#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cursor.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/io.h"
#include "base/log.h"
#include "base/text.h"
#include "base/units.h"
