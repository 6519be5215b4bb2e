/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that are answered when there is news, or when their patience (wait_ms) ends. */
#pragma once
#include "api/api.h"

#define API_WAIT_MS_MAX 30000
/* Progress comes often: a waiting caller is looked after at most this often. */
#define API_WAIT_STEP_MS 200

struct api_wait;

/* Answers (or refuses) the call and returns true, or returns false to be asked again at the next
 * change. wait is NULL when the call has no patience; last: it must answer now. */
typedef bool api_try_fn(struct api_call *call, const json_t *args, const struct api_wait *wait,
			bool last);

void api_wait_for(struct api_call *call, const json_t *args, api_try_fn *try_answer);
