/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the other programs are. */
#pragma once

/* The path of a program: beside this one (a build runs in place), else where packages put it, else
 * the bare name, for PATH. The caller frees it. */
char *beside_program(const char *name);
