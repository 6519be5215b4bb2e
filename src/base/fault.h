/* SPDX-License-Identifier: MIT */
/*
 * Fault points: places where a test build can be told to die, so that tests kill a program at an
 * exact step and not after a sleep. DINT_FAULT=N kills the process by SIGKILL at the N-th fault
 * point that it passes (DINT_FAULT_FROM=NAME: counted from the first of this name);
 * DINT_FAULT_LOG=FILE appends the name of each one passed. A build without
 * -Dfault_points=true has none of this.
 */
#pragma once

#ifdef DINT_FAULT_POINTS
void fault_point(const char *name);
#else
static inline void fault_point(const char *name)
{
	(void)name;
}
#endif
