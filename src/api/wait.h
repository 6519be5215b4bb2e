/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that are answered when there is news, or when their patience (wait_ms) ends. */
#pragma once
#include "api/api.h"

#define API_WAIT_MS_MAX 30000
/* Progress comes often: a waiting caller is looked after at most this often. */
#define API_WAIT_STEP_MS 200

enum api_try {
	API_TRY_FIRST,	 /* the call has just come */
	API_TRY_CHANGED, /* something happened to some machine since */
	API_TRY_LAST,	 /* it has no patience (any more): answer now */
};

/* Answers (or refuses) the call and returns true, or returns false to be asked again. */
typedef bool api_try_fn(struct api_call *call, const json_t *args, enum api_try when);

void api_wait_for(struct api_call *call, const json_t *args, api_try_fn *try_answer);
