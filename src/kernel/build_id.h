/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's build id: what names its debug symbols. */
#pragma once
#include "kernel/kernel.h"

#define BUILD_ID_BYTES 20 /* SHA-1, which all distributions' linkers make */
#define BUILD_ID_TEXT  (2 * BUILD_ID_BYTES + 1)

/* As 40 hexadecimal digits: from the notes in the kernel's own image where its symbols say where
 * they are, else from VMCOREINFO, which some stable releases fill wrongly. DINT_NOT_FOUND: neither.
 */
bool build_id_text(const struct kernel *kernel, char text[BUILD_ID_TEXT], struct dint_error *err);
