/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every unit test includes: cmocka in the order that it demands, and two comparisons. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

/* Fails with the error's words when something that should work did not. */
#define assert_works(call, err)                                    \
	do {                                                       \
		if (!(call))                                       \
			fail_msg("%s: %s", #call, (err)->message); \
	} while (0)

/* Fails unless the call is refused with this code and words that contain the text. */
#define assert_refused(call, err, wanted_code, text)                               \
	do {                                                                       \
		if (call)                                                          \
			fail_msg("%s was not refused", #call);                     \
		if ((err)->code != (wanted_code) || !strstr((err)->message, text)) \
			fail_msg("%s: %s: %s, wanted %s: …%s…", #call,             \
				 dint_code_name((err)->code), (err)->message,      \
				 dint_code_name(wanted_code), text);               \
	} while (0)
