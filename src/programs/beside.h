/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the other programs are. */
#pragma once

/* The path of a program that was installed or built beside this one; the caller frees it. A name
 * that is not there is returned as a path in the build's libexec directory. */
char *beside_program(const char *name);
