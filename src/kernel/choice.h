/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of several kernels in a dump is the one that the dump is about. After a crash, memory holds
 * two: the one that crashed, and the capture kernel in the memory that was reserved for it; a dump
 * taken from outside at that moment has both.
 */
#pragma once
#include "kernel/kernel.h"

enum kernel_role {
	KERNEL_CRASHED, /* VMCOREINFO says when */
	KERNEL_SYSTEM,
	KERNEL_CAPTURE, /* its command line has elfcorehdr= */
};

enum kernel_role kernel_role(const struct kernel *kernel);
