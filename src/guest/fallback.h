/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dump on a disk, where no host took it: DIR/STAMP/dump.STAMP, written as dump-incomplete and
 * renamed, as kdump-tools does. The disk may be what hangs, so a child does all of it, and is left
 * behind when it does not get on.
 */
#pragma once
#include "guest/guest.h"

/* words: where it is and how large, or why it is not. */
bool guest_fallback(const struct guest_capture_options *options, char words[GUEST_WORDS]);
