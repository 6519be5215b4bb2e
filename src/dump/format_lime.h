/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LiME memory images; format_lime.c has the picture. */
#pragma once
#include "dump/formats.h"

extern const struct dump_format format_lime;
