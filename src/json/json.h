/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON both ways. */
#pragma once
#include "json/read.h"
#include "json/writer.h"
