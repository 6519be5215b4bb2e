/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine's three connections (driver, console, port), and what they tell turned into events. */
#pragma once
#include "incident/watch.h"

/* A machine that cannot be reached for this long, without having said why, is gone. */
#define OBSERVE_GONE_US (30u * 1000000)
/* The console's same sign again within this is the same sign. */
#define OBSERVE_SIGN_US 1000000

bool observe_open(struct watch *watch, struct dint_error *err);
void observe_close(struct watch *watch);
