/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The drivers, by the name that a configuration gives. */
#include "machine/machine_internal.h"

extern const struct machine_driver driver_qmp;
extern const struct machine_driver driver_fake;

const struct machine_driver *const machine_drivers[] = {&driver_qmp, &driver_fake, NULL};
