/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An event as CloudTrail would write it. */
#pragma once
#include "access/access_internal.h"
#include "base/buffer.h"

/* One line of JSON, without its end. */
void event_write(const struct access *access, const struct audit_event *event, struct buffer *to);
