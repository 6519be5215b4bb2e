/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unwinding x86-64: by ORC where the kernel has it, by frame pointers where it has not. */
#pragma once
#include "kernel/unwind.h"

extern const struct unwind_arch unwind_x86_64;

/* By frame pointers alone; also for code that ORC does not know (BPF programs). */
enum unwind_result frame_pointer_x86_64(struct unwind *unwind);

/* To the registers in a struct pt_regs. */
enum unwind_result unwind_x86_registers(struct unwind *unwind, kva_t at);
/* To the caller whose return address is in a slot. */
enum unwind_result unwind_x86_return(struct unwind *unwind, kva_t slot);
