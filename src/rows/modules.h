/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A module as a row. */
#pragma once
#include "kernel/modules.h"
#include "json/writer.h"

/* {name, address, size, taints, version, srcversion, state, module}: address where its text begins,
 * module that of its struct module. */
void modules_put_row(struct json_writer *w, const struct module *module);
